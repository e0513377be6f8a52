/* SPDX-License-Identifier: MIT */
/*
 * Allocates 100 blocks of 10 bytes, forbids itself mremap by a filter that
 * kills, and forks. Behind a filter a child makes no system call for the
 * recorder, so it is not recorded; it ends as it would alone.
 * expect total allocations=100 frees=100 bytes_allocated=1000
 * expect dumps 1
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "sample.h"

#define JUMP_IF(number, yes, no)                                              \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, yes, no)

static SITE void blocks(int count, size_t bytes)
{
	while (count--)
		free(keep(malloc(bytes)));
}

static int confine(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		JUMP_IF(SYS_mremap, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { 4, filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(void)
{
	int status;
	pid_t pid;

	blocks(100, 10);
	if (confine())
		return 77;
	pid = fork();
	if (pid == 0) {
		blocks(100, 20);
		_exit(3);
	}
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	say_number("child", (unsigned long)status);
	return 0;
}
