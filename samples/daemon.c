/* SPDX-License-Identifier: MIT */
/*
 * A daemon in the old manner (fork, setsid, fork), which closes every file
 * descriptor (1 is kept in a safe place and put back at the end), lays files
 * of its own over all numbers, and works before and after: 50,000 blocks of
 * 12 bytes. What it wrote to its own files must be what it wrote. The process
 * in between allocates nothing, and leaves no dump.
 * expect dumps 2
 * expect child allocations=50000 frees=50000 bytes_allocated=600000
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "sample.h"

static SITE void work(void)
{
	for (int i = 0; i < 25000; i++)
		free(keep(malloc(12)));
}

/* Its own file on every number from 3 to 400, but the one that it keeps. */
static int lay_over(int kept)
{
	int mine = memfd_create("mine", 0);

	for (int fd = 3; fd < 400; fd++)
		if (fd != mine && fd != kept)
			dup2(mine, fd);
	return mine;
}

static int serve(void)
{
	int out = fcntl(1, F_DUPFD, 900);
	off_t bytes;
	int mine;

	if (out < 0)
		return 77;
	for (int fd = 0; fd < 1024; fd++)
		if (fd != out)
			close(fd);
	work();
	mine = lay_over(out);
	work();
	bytes = lseek(mine, 0, SEEK_END);
	dup2(out, 1);
	say_number("bytes in my file", (unsigned long)bytes);
	return 0;
}

int main(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		setsid();
		pid = fork();
		if (pid == 0)
			_exit(serve());
		waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}
