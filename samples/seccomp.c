/* SPDX-License-Identifier: MIT */
/*
 * Allocates 20,000 blocks of 10 bytes, closes the door, and allocates 20,000
 * of 20 bytes: with "filter" under a filter that kills for anything but
 * write, exit, exit_group, brk and mmap; with "strict" under the mode that
 * allows read, write and exit alone. A recorder that makes another system call
 * there ends the program. Without arguments nothing is closed.
 * expect total allocations=40000 frees=40000 bytes_allocated=600000
 * Inside, call stacks cannot be learned; with LD_PRELOAD alone, nobody is left
 * to write what does not fit into the buffers.
 * run filter
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * expect site before allocations=20000
 * run strict
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * expect site before allocations=20000
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "sample.h"

static SITE void before(void)
{
	for (int i = 0; i < 20000; i++)
		free(keep(malloc(10)));
}

static SITE void after(void)
{
	for (int i = 0; i < 20000; i++)
		free(keep(malloc(20)));
}

#define ALLOW(number) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int filter(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_write),
		ALLOW(SYS_exit),
		ALLOW(SYS_exit_group),
		ALLOW(SYS_brk),
		ALLOW(SYS_mmap),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	before();
	if (argc > 1 && !strcmp(argv[1], "filter") && filter())
		return 77;
	if (argc > 1 && !strcmp(argv[1], "strict") &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		return 77;
	after();
	say("inside\n");
	if (argc > 1)
		syscall(SYS_exit, 6);
	return 0;
}
