/* SPDX-License-Identifier: MIT */
/*
 * 500 blocks of 8 bytes, 100 freed; then an end of the kind that argv[1]
 * names. Whatever the end, every event is in the dump.
 * run return
 * expect total allocations=500 frees=100 bytes_allocated=4000
 * expect total leaked_bytes=3200 leaked_blocks=400
 * run exit
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run _exit
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run _Exit
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run quick_exit
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run thread
 * expect site allocate allocations=500 leaked_bytes=3200
 * run pthread_exit
 * expect site allocate allocations=500 leaked_bytes=3200
 * run raw
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run abort
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run segv
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run kill
 * expect total allocations=500 frees=100 leaked_bytes=3200
 * run term
 * expect total allocations=500 frees=100 leaked_bytes=3200
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "sample.h"

static SITE void allocate(void)
{
	void *blocks[500];

	for (int i = 0; i < 500; i++)
		blocks[i] = keep(malloc(8));
	for (int i = 0; i < 100; i++)
		free(blocks[i]);
}

static void *leave(void *unused)
{
	(void)unused;
	exit(7);
}

static void end(const char *how)
{
	pthread_t thread;

	if (!strcmp(how, "exit"))
		exit(5);
	if (!strcmp(how, "_exit"))
		_exit(6);
	if (!strcmp(how, "_Exit"))
		_Exit(6);
	if (!strcmp(how, "quick_exit"))
		quick_exit(8);
	if (!strcmp(how, "thread")) {
		pthread_create(&thread, NULL, leave, NULL);
		pthread_join(thread, NULL);
	}
	if (!strcmp(how, "pthread_exit"))
		pthread_exit(NULL);
	if (!strcmp(how, "raw"))
		syscall(SYS_exit_group, 9);
	if (!strcmp(how, "abort"))
		abort();
	if (!strcmp(how, "segv"))
		*(volatile int *)8 = 1;
	if (!strcmp(how, "kill"))
		kill(getpid(), SIGKILL);
	if (!strcmp(how, "term"))
		kill(getpid(), SIGTERM);
}

int main(int argc, char **argv)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	allocate();
	say("allocated\n");
	if (argc > 1)
		end(argv[1]);
	return 4;
}
