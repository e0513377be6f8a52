/* SPDX-License-Identifier: MIT */
/*
 * Children by vfork and exec, by vfork and _exit(127), by posix_spawn and by
 * fork and exec, between allocations of the parent: 5 times malloc(60), freed
 * at the end. Three children become /bin/true, whose dump is its own; before
 * that they did nothing and leave nothing, like the one that failed.
 * expect dumps 4
 * expect site own allocations=5 bytes_allocated=300 leaked_bytes=0
 */
#include <spawn.h>
#include <sys/wait.h>
#include "sample.h"

extern char **environ;
static char *arguments[] = { "true", NULL };

static SITE void *own(void) { return keep(malloc(60)); }

static void finished(const char *name, pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	say_number(name, (unsigned long)status);
}

int main(void)
{
	void *block[5];
	pid_t pid;

	block[0] = own();
	pid = vfork();
	if (pid == 0) {
		execve("/bin/true", arguments, environ);
		_exit(1);
	}
	finished("vfork", pid);
	block[1] = own();
	pid = vfork();
	if (pid == 0) {
		execve("/no/such/program", arguments, environ);
		_exit(127);
	}
	finished("vfork failed", pid);
	block[2] = own();
	if (posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, environ))
		return 1;
	finished("posix_spawn", pid);
	block[3] = own();
	pid = fork();
	if (pid == 0) {
		execve("/bin/true", arguments, environ);
		_exit(1);
	}
	finished("fork", pid);
	block[4] = own();
	for (int i = 0; i < 5; i++)
		free(block[i]);
	return 0;
}
