#!/bin/bash
# SPDX-License-Identifier: MIT
# A dump that is still being written, read 10 times meanwhile, both ways: every
# command ends well, what it says grows, and the recording is none the worse.
# Two dumps in one file; an exchange of two.
. "$(dirname "$0")/../e2e/lib.sh"
cat >steady.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void)
{
	for (int i = 0; access("over", F_OK); i++) {
		for (int j = 0; j < 1000; j++)
			free(malloc(i % 100 + j % 7));
		usleep(2000);
	}
	return 5;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o steady steady.c || skip_all "no compiler"
for way in record preload; do
	case $way in
	record)	 "$heapwise" record -o w.hwd -- ./steady & ;;
	preload) HEAPWISE_OUTPUT=$work/w.hwd LD_PRELOAD=$library ./steady & ;;
	esac
	last=0 shrunk=0 bad=0
	for _ in {1..100}; do
		[ ! -s w.hwd ] || break
		sleep 0.05
	done
	for _ in {1..10}; do
		"$heapwise" report --json --limit=1 w.hwd >r.json 2>err ||
			bad=$((bad + 1))
		now=$(json .totals.allocations r.json)
		[ "$now" -ge "$last" ] || shrunk=$((shrunk + 1))
		last=$now
		"$heapwise" info w.hwd >/dev/null 2>&1 || bad=$((bad + 1))
		"$heapwise" check w.hwd >/dev/null 2>&1
		[ $? -le 1 ] || bad=$((bad + 1))
	done
	is "$way: commands that failed" $bad 0
	is "$way: reports of less than before" $shrunk 0
	holds "$way: $last allocations seen meanwhile" test "$last" -gt 1000
	touch over
	wait $!
	is "$way: status" $? 5
	holds "$way: whole" whole w.hwd
	holds "$way: complete" test "$(total w.hwd allocations)" -ge "$last"
	is "$way: no part of a round" \
		$(($(total w.hwd allocations) % 1000)) 0
	rm -f w.hwd* over
done
"$heapwise" record -o one.hwd -- "$samples/churn" 3000 >/dev/null
"$heapwise" record -o two.hwd -- "$samples/threads" >/dev/null
cat one.hwd two.hwd >joined.hwd
for command in "report --json" "info --json" check advise "export --format=csv"
do
	# shellcheck disable=SC2086
	timeout 60 "$heapwise" $command joined.hwd >out 2>err
	holds "joined: $command ends in 0 to 2" test $? -le 2
done
is "joined: the first is read" "$(total joined.hwd allocations)" 3000
is "joined: check says where" "$("$heapwise" check joined.hwd 2>&1 |
	grep -c "byte $(stat -c %s one.hwd)")" 1
# 2^63, 2^32 - 1 and -1 over every word of what a dump begins with.
$python - <<'END'
import struct
whole = open("one.hwd", "rb").read()
n = 0
for at in range(0, min(len(whole), 256), 8):
    for value in (2**63, 2**64 - 1, 2**32 - 1):
        bad = bytearray(whole)
        bad[at:at + 8] = struct.pack("<Q", value)
        open(f"huge.{n}", "wb").write(bad)
        n += 1
END
bad=0
for file in huge.*; do
	(ulimit -v 2000000; timeout 20 "$heapwise" report --json "$file") \
		>out 2>&1
	[ $? -le 2 ] || bad=$((bad + 1))
done
is "lengths of 2^63 in $(ls huge.* | wc -l) places: crashes" $bad 0
finish
