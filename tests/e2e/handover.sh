#!/bin/bash
# SPDX-License-Identifier: MIT
# Blocks that change hands between threads: totals exact in every run, for
# a million blocks (handover) and for reallocations that move (move).
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-6}
[ -z "${LONG:-}" ] || runs=200

# exact SAMPLE WAY FUNCTION CALLS BYTES
exact() {
	local good=0 got wanted="$4 $5 0"
	for ((i = 0; i < runs; i++)); do
		rm -f d.hwd*
		case $2 in
		record)	 "$heapwise" record -o d.hwd -- "$samples/$1" ;;
		preload) HEAPWISE_OUTPUT=$work/d.hwd LD_PRELOAD=$library \
			 "$samples/$1" ;;
		esac >/dev/null
		got=$("$heapwise" report --json --limit=1000 d.hwd |
			jq -r --arg f "$3" '[.sites[] | select(any(.frames[];
			.function == $f)) | [.allocations, .bytes_allocated,
			.leaked_bytes]] | transpose | map(add) | join(" ")')
		if [ "$got" = "$wanted" ]; then
			good=$((good + 1))
		else
			echo "run $i: $got, expected $wanted"
		fi
	done
	is "$1 $2: exact in $runs runs" "$good of $runs" "$runs of $runs"
}

for way in record preload; do
	exact handover $way produce 1000000 72000000
	exact move $way grow 160000 17920000
done
finish
