#!/bin/bash
# SPDX-License-Identifier: MIT
# Dumps cut at many bytes and with random bytes overwritten, RUNS (24) of each of
# two, read by a heapwise that was built with AddressSanitizer and
# UndefinedBehaviorSanitizer. (Every cut and many more flips are in the reader's
# unit test.)
. "$(dirname "$0")/lib.sh"
# Not while tests/sanitizers.sh builds there.
mkdir -p "$root/build"
flock "$root/build/address,undefined.lock" \
	make -s -C "$root" SAN=address,undefined CFLAGS='-O1 -g' \
	build/address-undefined/heapwise >make.log 2>&1 || { tail -n 20 make.log; skip_all "no sanitizers"; }
heapwise=$root/build/address-undefined/heapwise
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1
"$build/heapwise" record -o good.hwd -- "$samples/functions" >/dev/null
"$build/heapwise" record -o large.hwd -- "$samples/unload" >/dev/null

$python - "${RUNS:-24}" <<'END'
import random
import sys
random.seed(4)
runs = int(sys.argv[1])
for name in ("good", "large"):
    whole = open(name + ".hwd", "rb").read()
    for i in range(runs):
        bad = bytearray(whole)
        if i < runs // 3:
            bad = bad[:random.randrange(len(bad))]
        elif i < runs * 5 // 6:
            for _ in range(random.choice((1, 1, 3, 20))):
                bad[random.randrange(len(bad))] = random.randrange(256)
        else:
            a = random.randrange(len(bad))
            bad[a:a] = whole[random.randrange(len(whole)):][:5000]
        open(f"{name}.{i}.bad", "wb").write(bad)
    open(f"{name}.{runs}.bad", "wb").write(whole + whole)
END

crashed=0
for file in ./*.bad; do
	for command in "report --json" report "info --json" check; do
		timeout 60 $heapwise $command "$file" >out 2>err
		status=$?
		if [ $status -gt 2 ] || grep -q -E 'Sanitizer|runtime error' err
		then
			crashed=$((crashed + 1))
			echo "$command $file: status $status"
			head -n 20 err
		fi
	done
done
is "crashes in $(ls ./*.bad | wc -l) damaged dumps" $crashed 0
finish
