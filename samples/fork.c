/* SPDX-License-Identifier: MIT */
/*
 * The parent allocates 100 blocks of 50 bytes and forks. The child frees them
 * (foreign to its own dump), then allocates 200 blocks of 30 bytes and frees
 * half. The parent frees its own after the child has gone.
 * expect dumps 2
 * expect total allocations=100 frees=100 bytes_allocated=5000 leaked_bytes=0
 * expect child allocations=200 bytes_allocated=6000 leaked_bytes=3000
 * expect child leaked_blocks=100 peak_bytes=6000
 */
#include <sys/wait.h>
#include "sample.h"

static void *mine[100], *its[200];

static SITE void in_child(void)
{
	for (int i = 0; i < 100; i++)
		free(mine[i]);
	for (int i = 0; i < 200; i++)
		its[i] = keep(malloc(30));
	for (int i = 0; i < 100; i++)
		free(its[i]);
}

static SITE void in_parent(void)
{
	for (int i = 0; i < 100; i++)
		mine[i] = keep(malloc(50));
}

int main(void)
{
	int status = 0;
	pid_t pid;

	in_parent();
	pid = fork();
	if (pid < 0)
		return 77;
	if (pid == 0) {
		in_child();
		exit(3);
	}
	waitpid(pid, &status, 0);
	for (int i = 0; i < 100; i++)
		free(mine[i]);
	say_number("child", (unsigned long)WEXITSTATUS(status));
	return 0;
}
