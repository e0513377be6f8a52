#!/bin/bash
# SPDX-License-Identifier: MIT
# The end of a program takes no more than a second longer, whatever is pending:
# 64 threads with full buffers, 200,000 stacks, a collector that was stopped. In
# the program, from its last instruction to its end as its parent sees it.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
__attribute__((noinline)) static void *deep(uint32_t path, int depth)
{
	void *p;
	if (depth == 0)
		return malloc(24);
	if (path & 1)
		p = deep(path >> 1, depth - 1);
	else
		p = deep(path >> 1, depth - 1);
	__asm__ volatile("" : "+r"(p));
	return p;
}
static pthread_barrier_t barrier;
static void *work(void *number)
{
	for (uint32_t i = 0; i < 3000; i++)
		deep(i * 64 + (uint32_t)(uintptr_t)number, 18);
	pthread_barrier_wait(&barrier);
	pause();
	return NULL;
}
int main(void)
{
	struct timespec now;
	char text[40];
	pthread_t thread;
	pthread_barrier_init(&barrier, NULL, 65);
	for (uintptr_t i = 0; i < 64; i++)
		pthread_create(&thread, NULL, work, (void *)i);
	pthread_barrier_wait(&barrier);
	clock_gettime(CLOCK_REALTIME, &now);
	write(1, text, snprintf(text, 40, "%ld.%03ld\n", now.tv_sec,
				now.tv_nsec / 1000000));
	exit(4);
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o main main.c -pthread || skip_all "no compiler"
# since OUT: ms since the time in it.
since() { echo "$(cat "$1") $EPOCHREALTIME" | awk '{ printf "%d", ($2 - $1) * 1000 }'; }
./main >out
plain=$(since out)
for way in record preload; do
	case $way in
	record)	 "$heapwise" record -o $way.hwd -- ./main >out ;;
	preload) HEAPWISE_OUTPUT=$work/$way.hwd LD_PRELOAD=$library ./main >out ;;
	esac
	status=$?
	took=$(since out)
	is "$way: status" $status 4
	holds "$way: ended $took ms after its last word, alone $plain" \
		test $((took - plain)) -lt 1000
	holds "$way: whole" whole $way.hwd
	"$heapwise" report --json --limit=1 $way.hwd >report.json
	"$heapwise" info --json $way.hwd >info.json
	holds "$way: complete, or counted" test "$(json .totals.allocations \
		report.json)" -ge $((192000 - $(json .lost.dropped_events \
		info.json)))
done
finish
