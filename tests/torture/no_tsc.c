/* SPDX-License-Identifier: MIT */
/*
 * The program may not read the TSC any more (PR_SET_TSC), nor may a thread that
 * it makes then: its calls have the time of that moment.
 * expect site early allocations=10
 * expect site late allocations=20
 */
#include <pthread.h>
#include <sys/prctl.h>
#include "samples/sample.h"

static SITE void early(void)
{
	for (int i = 0; i < 10; i++)
		free(keep(malloc(9)));
}

static SITE void late(void)
{
	for (int i = 0; i < 10; i++)
		free(keep(malloc(9)));
}

static void *work(void *unused)
{
	late();
	return unused;
}

int main(void)
{
	static char stack[1 << 20] __attribute__((aligned(4096)));
	pthread_attr_t attributes;
	pthread_t thread;

	early();
	if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV))
		return 77;
	late();
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, stack, sizeof(stack));
	if (pthread_create(&thread, &attributes, work, NULL) == 0)
		pthread_join(thread, NULL);
	say("ended\n");
	return 6;
}
