/* SPDX-License-Identifier: MIT */
/*
 * All signals are the program's: SIGUSR1, SIGUSR2, SIGPROF, SIGALRM, SIGVTALRM,
 * SIGIO and all real-time ones are taken 20 times each by a handler that
 * allocates 15 bytes; SIGPIPE and SIGXFSZ come as EPIPE and EFBIG when ignored,
 * and to the handler when not.
 * expect site handler allocations=822 frees=822 bytes_allocated=12330
 * expect lost nested_events leaf_only_stacks
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "samples/sample.h"

static volatile int taken;

static SITE void handler(int number)
{
	int saved = errno;

	free(keep(malloc(15)));
	taken++;
	errno = saved;
}

static void take_all(void)
{
	int numbers[64] = { SIGUSR1, SIGUSR2, SIGPROF, SIGALRM, SIGVTALRM, SIGIO };
	int n = 6;

	for (int i = SIGRTMIN; i <= SIGRTMAX && n < 41; i++)
		numbers[n++] = i;
	while (n < 41)
		numbers[n++] = SIGUSR1;
	for (int i = 0; i < n; i++) {
		signal(numbers[i], handler);
		for (int j = 0; j < 20; j++)
			raise(numbers[i]);
	}
}

static void pipes(void)
{
	int ends[2];

	if (pipe(ends))
		_exit(77);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	say_number("EPIPE", write(ends[1], "x", 1) < 0 && errno == EPIPE);
	signal(SIGPIPE, handler);
	say_number("EPIPE", write(ends[1], "x", 1) < 0 && errno == EPIPE);
	close(ends[1]);
}

static void files(void)
{
	struct rlimit limit = { 4096, RLIM_INFINITY }, free_again;
	int fd = memfd_create("file", 0);

	getrlimit(RLIMIT_FSIZE, &free_again);
	limit.rlim_max = free_again.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_IGN);
	say_number("EFBIG", pwrite(fd, "x", 1, 8192) < 0 && errno == EFBIG);
	signal(SIGXFSZ, handler);
	say_number("EFBIG", pwrite(fd, "x", 1, 8192) < 0 && errno == EFBIG);
	setrlimit(RLIMIT_FSIZE, &free_again);
	close(fd);
}

int main(void)
{
	take_all();
	pipes();
	files();
	say_number("taken", (unsigned long)taken);
	return 0;
}
