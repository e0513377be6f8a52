#!/bin/bash
# SPDX-License-Identifier: MIT
# SIGKILL while a process begins to record, at system calls that make its files
# or fill them: nothing can be in them yet. The collector ends the dump of a ring
# file that nobody publishes, and removes that file; without a collector the
# dump says the same, and check --finish ends it. A dump may be empty.
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

# kill_at CALL N [COMMAND...]: the process is killed at its Nth such call. True
# if it was.
kill_at() {
	local calls=$1 n=$2
	shift 2
	rm -rf out && mkdir out
	(
		"$@" strace -o strace.txt -e trace="$calls" \
			-e inject="$calls:signal=KILL:when=$n" \
			./main >out.txt 2>&1
		exit $?
	) 2>/dev/null
	is "$calls, $n: status" $? 137
	grep -q 'killed by SIGKILL' strace.txt
}

# says_killed WHEN DUMP: it is whole, has no events, and its program was killed.
says_killed() {
	"$heapwise" check "$2" >said.txt
	is "$1: check" "$(cat said.txt)" "$2: whole, 0 events"
	"$heapwise" info "$2" >info.txt
	holds "$1: info says how it ended" \
		grep -q '^end .*it was killed' info.txt
}

kills=0
left=0
ended=0
for at in fallocate,1 pwrite64,1 fstat,5 rename,1; do
	kill_at ${at%,*} ${at#*,} "$heapwise" record -o out/d.hwd -- &&
		kills=$((kills + 1))
	for file in out/*.new; do
		[ ! -e "$file" ] || left=$((left + 1))
	done
	for dump in out/d.hwd out/d.hwd.[0-9]*[0-9]; do
		[ ! -s "$dump" ] || holds "$at: $dump can be read" \
			"$heapwise" info "$dump"
	done
	[ $at = rename,1 ] || continue
	for dump in out/d.hwd.[0-9]*[0-9]; do
		says_killed "$at, collector" "$dump"
		ended=$((ended + 1))
	done
done
holds "killed at $kills calls" [ $kills -ge 3 ]
is "files that nobody publishes" $left 0

kill_at rename 1 env LD_PRELOAD="$library" HEAPWISE_OUTPUT=out/d.hwd
for dump in out/d.hwd.[0-9]*[0-9]; do
	"$heapwise" check "$dump" >said.txt
	is "alone: check" "$(cat said.txt)" "$dump: not finished, 0 events, 0 of\
 them in its ring file; 'heapwise check --finish' folds them in"
	holds "alone: finish" "$heapwise" check --finish "$dump"
	says_killed "alone, finished" "$dump"
	is "alone: files left" "$(find out -name "${dump##*/}.*" | wc -l)" 0
	ended=$((ended + 1))
done
is "dumps that were ended" $ended 2
finish
