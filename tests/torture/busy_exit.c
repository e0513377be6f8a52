/* SPDX-License-Identifier: MIT */
/*
 * The process ends while 8 threads, half of them detached, are anywhere in
 * malloc, free and the recorder: by return, exit, _exit or from one of the
 * threads. What main() did before is complete.
 * run return
 * expect site before allocations=500 bytes_allocated=8500
 * run exit
 * expect site before allocations=500 bytes_allocated=8500
 * run _exit
 * expect site before allocations=500 bytes_allocated=8500
 * run thread
 * expect site before allocations=500 bytes_allocated=8500
 */
#include <pthread.h>
#include <time.h>
#include "samples/sample.h"

static const char *way;
static int running;

static SITE void before(void)
{
	for (int i = 0; i < 500; i++)
		keep(malloc(17));
}

static void *busy(void *number)
{
	unsigned long n = 0;

	__atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		void *p = keep(malloc(1 + n++ % 300));

		p = keep(realloc(p, 1 + n % 700));
		free(p);
		if (n == 20000 && (long)number == 3 && *way == 't')
			exit(7);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	way = argc > 1 ? argv[1] : "return";
	before();
	say("begins\n");
	for (long i = 0; i < 8; i++) {
		pthread_create(&thread, NULL, busy, (void *)i);
		if (i % 2)
			pthread_detach(thread);
	}
	while (__atomic_load_n(&running, __ATOMIC_SEQ_CST) < 8)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (*way == 't')
		pthread_exit(NULL);
	if (*way == '_')
		_exit(7);
	if (*way == 'e')
		exit(7);
	return 7;
}
