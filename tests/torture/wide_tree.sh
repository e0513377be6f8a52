#!/bin/bash
# SPDX-License-Identifier: MIT
# 64 threads, each with 4,096 call stacks that no other has: a million nodes at
# once, far more than the recorder's table of them was made for. Whoever finds it
# full waits for the thread that makes it larger: no stack loses its callers.
. "$(dirname "$0")/../e2e/lib.sh"
cat >wide.c <<'END'
#include <pthread.h>
#include "samples/sample.h"

#define LEVELS 18 /* a thread has the paths that agree in 6 of them */
#define THREADS 64

static void go(unsigned long path, int level);

static SITE void left(unsigned long path, int level)
{
	go(path, level);
	keep(&path);
}

static SITE void right(unsigned long path, int level)
{
	go(path, level);
	keep(&path);
}

static SITE void go(unsigned long path, int level)
{
	if (level == 0)
		free(keep(malloc(8)));
	else if (path & 1)
		right(path >> 1, level - 1);
	else
		left(path >> 1, level - 1);
	keep(&path);
}

static void *paths(void *argument)
{
	unsigned long mine = (unsigned long)argument;

	for (unsigned long i = mine; i < 1ul << LEVELS; i += THREADS)
		go(i, LEVELS);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (unsigned long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, paths, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	say("done\n");
	return 0;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -fno-optimize-sibling-calls -iquote "$root" \
	-o wide wide.c -pthread || skip_all "no compiler"
stacks=$((1 << 18))
for way in record preload; do
	case $way in
	record)	 "$heapwise" record -o w.hwd -- ./wide ;;
	preload) HEAPWISE_OUTPUT=$work/w.hwd LD_PRELOAD=$library ./wide ;;
	esac >out 2>err
	is "$way: status, output" "$? $(cat out err)" "0 done"
	holds "$way: whole" whole w.hwd
	is "$way: nothing is lost" "$("$heapwise" info --json w.hwd |
		jq '[.lost[]] | add')" 0
	"$heapwise" report --by=function --json --limit=100 w.hwd >f.json
	is "$way: every stack ends in go" "$(jq '[.sites[] |
		select(.name == "go").allocations] | add' f.json)" \
		$stacks
	holds "$way: a million nodes" test "$("$heapwise" info --json w.hwd |
		jq .stack_nodes)" -gt 1000000
	rm -f w.hwd*
done
finish
