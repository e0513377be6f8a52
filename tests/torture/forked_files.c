/* SPDX-License-Identifier: MIT */
/*
 * A program forks while another of its threads allocates, so that the recorder
 * may be at work on its files: the children have none of the parent's open, but
 * for the odd one that was opened in that very instant. They allocate nothing.
 * run
 * expect total allocations>=1
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include "samples/sample.h"

#define FORKS 300

static volatile int stop;

static void *work(void *unused)
{
	for (uint32_t n = 1; !stop; n = n * 1103515245 + 12345)
		free(keep(malloc(16 + (n & 1023))));
	return unused;
}

/* Is one of them a file of the recorder's? */
static int look(void)
{
	char path[64], to[512];

	for (int fd = 3; fd < 300; fd++) {
		ssize_t len;

		if (fcntl(fd, F_GETFD) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, to, sizeof(to) - 1);
		to[len > 0 ? len : 0] = '\0';
		if (strstr(to, ".hwd"))
			return 1;
	}
	return 0;
}

int main(void)
{
	unsigned long found = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	for (int i = 0; i < FORKS; i++) {
		struct timespec time = { 0, 100000 };
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(look());
		waitpid(pid, &status, 0);
		found += status != 0;
		nanosleep(&time, NULL);
	}
	stop = 1;
	pthread_join(thread, NULL);
	say_number("found", found < FORKS / 50 ? 0 : found);
	return 0;
}
