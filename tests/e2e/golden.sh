#!/bin/bash
# SPDX-License-Identifier: MIT
# Dumps of every format version that was released still read, and say what they
# said: tests/golden/VERSION/NAME.hwd, with the figures in NAME.json. Neither
# the programs nor the machine of the recording is needed, so functions are not
# compared; places in modules are.
. "$(dirname "$0")/lib.sh"
golden=$root/tests/golden

# figures DUMP: what must not change, one JSON value a line.
figures() {
	local keys='{allocations, frees, bytes_allocated, peak_bytes,
		at_peak_bytes, leaked_bytes, temporary, reallocations, samples}'
	"$heapwise" report --json "$1" | jq -c '.mode, .sample_bytes,
		(.totals | '"$keys"'), (.sites | sort_by(.id)[] | (
			'"$keys"' + {id, frames: [.frames[] |
			select(.inlined | not) |
			(.module // "" | sub(".*/"; "")) + "+" + .offset]}))'
	"$heapwise" info --json "$1" | jq -c '.program, .events,
		(.lost | map_values(select(. != 0)))'
}

for dump in "$golden"/*/*.hwd; do
	name=${dump#"$golden"/}
	figures "$dump" >got.json
	holds "$name: has figures" test -s got.json
	same "$name: figures" "${dump%.hwd}.json" got.json
	holds "$name: whole" "$heapwise" check "$dump"
done
finish
