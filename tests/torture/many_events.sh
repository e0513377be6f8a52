#!/bin/bash
# SPDX-License-Identifier: MIT
# More than 2^32 events in one dump: a recording whose largest block of events is
# there so often, which is a gigabyte. `info` counts them always; what a report
# says of them, which takes minutes, is compared with LONG=1, and so is a run
# that makes as many itself.
. "$(dirname "$0")/../e2e/lib.sh"
[ "$(df --output=avail -k . | tail -n 1)" -gt 8000000 ] || skip_all "no room"
cat >repeat.py <<'END'
"""usage: repeat.py DUMP OUT TIMES: DUMP without its end, its largest block of
events, if it begins with an allocation and ends with a free, TIMES times."""
import struct, sys
HEADER = struct.Struct("<8sHHIIIQQIIIIQ")
table = []
for i in range(256):
    for _ in range(8):
        i = i >> 1 ^ (0x82f63b78 if i & 1 else 0)
    table.append(i)

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xffffffff

image = open(sys.argv[1], "rb").read()
blocks, at = [], 0
while at < len(image):
    fields = list(HEADER.unpack_from(image, at))
    end = at + HEADER.size + fields[8]
    blocks.append((fields, image[at + HEADER.size:end]))
    at = end
kinds = dict(line.split("=") for line in sys.argv[4:])
EVENTS, END = int(kinds["EVENTS"]), int(kinds["END"])
largest = max((b for b in blocks if b[0][2] == EVENTS), key=lambda b: b[0][5])
sequence = 0
with open(sys.argv[2], "wb") as out:
    for block in blocks:
        if block[0][2] == END:
            continue
        for _ in range(int(sys.argv[3]) if block is largest else 1):
            fields = block[0][:11] + [0, sequence]
            fields[11] = crc32c(HEADER.pack(*fields))
            out.write(HEADER.pack(*fields) + block[1])
            sequence += 1
print(largest[0][5])
END
types=$(sed -n 's/^	DUMP_\(EVENTS\|END\) = \([0-9]*\),.*/\1=\2/p' \
	"$root/include/dump_format.h")
"$heapwise" record --free-stacks=none --details=none -o small.hwd -- \
	"$samples/churn" 20000000 >out
each=$($python repeat.py small.hwd once.hwd 1 $types)
times=$(((1 << 32) / each + 3))
$python repeat.py small.hwd many.hwd $times $types >out
$python repeat.py small.hwd twice.hwd 2 $types >out
once=$("$heapwise" info --json once.hwd | jq .events)
is "events, once" "$once" 40000000
is "events" "$("$heapwise" info --json many.hwd | jq .events)" \
	$((once + each * (times - 1)))
holds "more than 2^32" test $((once + each * (times - 1))) -gt $((1 << 32))
is "info says so" "$("$heapwise" info many.hwd |
	awk '/^events/ { gsub(",", ""); print $2 }')" \
	$((once + each * (times - 1)))
is "their frees are not counted" "$("$heapwise" info --json many.hwd |
	jq .notes.foreign_frees)" null
[ "${LONG:-0}" = 1 ] || { skip "the report; LONG=1 has it"; finish; }

# What one more block adds, many times.
for dump in once twice many; do
	"$heapwise" report --json $dump.hwd >$dump.json 2>err
done
for total in allocations frees bytes_allocated temporary; do
	one=$(json .totals.$total once.json)
	two=$(json .totals.$total twice.json)
	is "$total" "$(json .totals.$total many.json)" \
		$((one + (two - one) * (times - 1)))
done
holds "allocations are more than 2^31" test \
	"$(json .totals.allocations many.json)" -gt $((1 << 31))
rm -f ./*.hwd
n=2200000000
"$heapwise" record -o m.hwd -- "$samples/churn" $n >out 2>err
is "run: status, output" "$? $(cat out err)" "0 churned"
is "run: events" "$("$heapwise" info --json m.hwd | jq .events)" $((2 * n))
holds "run: whole" whole m.hwd
finish
