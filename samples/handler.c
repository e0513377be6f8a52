/* SPDX-License-Identifier: MIT */
/*
 * A timer interrupts a loop of malloc and free, wherever it stands: in the
 * profiler, in the allocator, between them (lib/bump.c allows that). The loop
 * makes 1,000,000 rounds of malloc(16) and free; the handler allocates 40
 * bytes, and frees them, the first 500 times that it runs.
 * Of an event inside the profiler's own hook only the innermost frame is kept.
 * expect total allocations=1000500 bytes_allocated=16020000 leaked_blocks=0
 * expect site rounds allocations>=1000000
 * expect site in_handler allocations>=450
 * expect stat nested_events>=1
 * expect lost nested_events leaf_only_stacks
 *
 * With "jump" the handler leaves by siglongjmp, 300 times, out of whatever it
 * interrupted. How much was recorded by then is open; what comes afterwards
 * must be recorded in full.
 * run jump
 * expect site rounds allocations>=1000
 * expect stat stale_guards>=1
 * expect lost nested_events leaf_only_stacks
 * expect site afterwards allocations=1000 bytes_allocated=24000
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include "sample.h"

static sigjmp_buf back;
static volatile int jumping, handled;

static SITE void in_handler(void)
{
	free(keep(malloc(40)));
}

static void on_timer(int signal)
{
	(void)signal;
	if (jumping)
		siglongjmp(back, 1);
	if (handled < 500) {
		in_handler();
		handled++;
	}
}

static void every(long us)
{
	struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static SITE void rounds(long count)
{
	while (count--)
		free(keep(malloc(16)));
}

static SITE void afterwards(void)
{
	for (int i = 0; i < 1000; i++)
		free(keep(malloc(24)));
}

static void jumps(void)
{
	static volatile int left = 300;

	jumping = 1;
	if (sigsetjmp(back, 1))
		left--;
	every(left > 0 ? 150 : 0);
	if (left > 0)
		rounds(1000000000);
	jumping = 0;
	afterwards();
	say("jumped\n");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_timer };

	(void)argv;
	sigaction(SIGALRM, &action, NULL);
	if (argc > 1) {
		jumps();
		return 0;
	}
	every(100);
	rounds(1000000);
	while (handled < 500)
		;
	every(0);
	say("handled\n");
	return 0;
}
