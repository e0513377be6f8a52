#!/bin/bash
# SPDX-License-Identifier: MIT
# Memory that ends: a program that allocates until malloc fails, under a limit of
# its address space, and then goes on, aborts or is killed; and one that the
# kernel kills for it, in a control group of its own where that can be made.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define SAY(s) write(1, s, strlen(s))
int main(int argc, char **argv)
{
	static void *kept[100000];
	int n = 0;
	long size = atol(argv[2]);
	while (n < 100000 && (kept[n] = malloc(size))) {
		if (argv[1][0] == 'o')
			memset(kept[n], 1, size);
		n++;
	}
	SAY(n < 100000 && errno == ENOMEM ? "ENOMEM\n" : "endless\n");
	if (argv[1][0] == 'a')
		abort();
	if (argv[1][0] == 'k')
		kill(getpid(), SIGKILL);
	while (n)
		free(kept[--n]);
	SAY(malloc(100) ? "again\n" : "gone\n");
	return 4;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o main main.c || skip_all "no compiler"
for way in plain record preload; do
	for kind in goes_on abort kill; do
		for size in 5000 3000000; do
			name="$kind of $size, $way"
			run=(./main $kind $size)
			[ $way != record ] ||
				run=("$heapwise" record -o d.hwd -- ./main $kind $size)
			(
				ulimit -c 0
				ulimit -v 150000
				[ $way != preload ] || export LD_PRELOAD=$library \
					HEAPWISE_OUTPUT=$work/d.hwd
				exec "${run[@]}"
			) >out.$way 2>err.$way
			echo $? >status.$way
			if [ $way = plain ]; then
				cat out.plain status.plain >wanted.$kind.$size
				continue
			fi
			cat out.$way status.$way >got
			same "$name: as alone" wanted.$kind.$size got
			for _ in {1..60}; do
				[ -e d.hwd.ring ] && [ $way = record ] || break
				sleep 0.05
			done
			holds "$name: whole" whole d.hwd
			holds "$name: recorded" test \
				"$(total d.hwd allocations)" -gt 20
			rm -f d.hwd*
		done
	done
done
# limited GROUP: a control group of that name with 60 MiB, of either version.
limited() {
	mkdir "$1" 2>/dev/null && [ -e "$1/cgroup.procs" ] || return 1
	if [ -e "$1/memory.max" ]; then
		echo 60M >"$1/memory.max" && echo 0 >"$1/memory.swap.max"
	else
		echo 60M >"$1/memory.limit_in_bytes"
	fi 2>/dev/null || { rmdir "$1"; return 1; }
}
group=
for place in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/memory; do
	limited "$place/heapwise-test-$$" || continue
	group=$place/heapwise-test-$$
	break
done
if [ -n "$group" ]; then
	for way in plain record preload; do
		(
			echo $BASHPID >"$group/cgroup.procs"
			[ $way = preload ] && export LD_PRELOAD=$library \
				HEAPWISE_OUTPUT=$work/o.hwd
			[ $way = record ] && exec "$heapwise" record -o o.hwd -- \
				./main oom 50000
			exec ./main oom 50000
		) >out 2>err
		is "out of memory, $way: status, output" "$? $(cat out err)" "137 "
		[ $way != plain ] || continue
		for _ in {1..60}; do
			[ -e o.hwd.ring ] && [ $way = record ] || break
			sleep 0.05
		done
		is "out of memory, $way: how it ended" "$("$heapwise" info --json \
			o.hwd | jq -r .end)" died
		holds "out of memory, $way: whole" whole o.hwd
		holds "out of memory, $way: recorded" test \
			"$(total o.hwd allocations)" -gt 500
		is "out of memory, $way: all of it" "$("$heapwise" info --json \
			o.hwd | jq '[.lost[]] | add')" 0
		rm -f o.hwd*
	done
	for _ in {1..40}; do
		rmdir "$group" 2>/dev/null && break
		sleep 0.05
	done
else
	skip "no control group with a limit of its own"
fi
finish
