/* SPDX-License-Identifier: MIT */
/*
 * Handlers that allocate on an alternative stack, one inside the other:
 * 100 times SIGUSR1 (malloc(11)), whose handler raises SIGUSR2 (malloc(22)).
 * Both signals belong to the program; the raises come between libc calls.
 * expect total allocations=200 frees=200 bytes_allocated=3300 temporary=100
 * expect site outer allocations=100 bytes_allocated=1100
 * expect site inner allocations=100 bytes_allocated=2200
 */
#include <signal.h>
#include "sample.h"

static char stack[64 << 10] __attribute__((aligned(4096)));

static SITE void *outer(void) { return keep(malloc(11)); }
static SITE void *inner(void) { return keep(malloc(22)); }

static void on_usr2(int signal)
{
	(void)signal;
	free(inner());
}

static void on_usr1(int signal)
{
	void *p = outer();

	(void)signal;
	raise(SIGUSR2);
	free(p);
}

int main(void)
{
	stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction one = { .sa_handler = on_usr1, .sa_flags = SA_ONSTACK };
	struct sigaction two = { .sa_handler = on_usr2, .sa_flags = SA_ONSTACK };

	sigaltstack(&other, NULL);
	sigaction(SIGUSR1, &one, NULL);
	sigaction(SIGUSR2, &two, NULL);
	for (int i = 0; i < 100; i++)
		raise(SIGUSR1);
	say("raised\n");
	return 0;
}
