#!/bin/bash
# SPDX-License-Identifier: MIT
# SIGKILL while a process begins to record, at system calls that make its files
# or fill them: nothing can be in them yet. The collector removes the ring file
# that nobody publishes; the dump beside it can be read, or is empty.
. "$(dirname "$0")/../e2e/lib.sh"
command -v strace >/dev/null || skip_all "no strace"
cat >main.c <<'END'
#include <stdlib.h>
int main(void)
{
	free(malloc(10));
	return 0;
}
END
${CC:-gcc} -o main main.c || skip_all "cannot be built"

# kill_at CALL N: the process is killed at its Nth such call. True if it was.
kill_at() {
	rm -rf out && mkdir out
	(
		"$heapwise" record -o out/d.hwd -- strace -o strace.txt \
			-e trace="$1" -e inject="$1:signal=KILL:when=$2" \
			./main >out.txt 2>&1
		exit $?
	) 2>/dev/null
	is "$1, $2: status" $? 137
	grep -q 'killed by SIGKILL' strace.txt
}

kills=0
left=0
for at in fallocate,1 pwrite64,1 fstat,5 rename,1; do
	kill_at ${at%,*} ${at#*,} && kills=$((kills + 1))
	for file in out/*.new; do
		[ ! -e "$file" ] || left=$((left + 1))
	done
	for dump in out/d.hwd out/d.hwd.[0-9]*[0-9]; do
		[ ! -s "$dump" ] || holds "$at: $dump can be read" \
			"$heapwise" info "$dump"
	done
done
holds "killed at $kills calls" [ $kills -ge 3 ]
is "files that nobody publishes" $left 0
finish
