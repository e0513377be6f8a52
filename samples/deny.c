/* SPDX-License-Identifier: MIT */
/*
 * deny CALL... -- COMMAND: becomes COMMAND on a system that lacks something. A
 * filter answers for the kernel: "shared" file mappings are refused (ENODEV),
 * "fallocate" is not supported (EOPNOTSUPP), "close_range" and "pidfd_open"
 * do not exist (ENOSYS). Without arguments it does nothing.
 * expect total allocations=0
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "sample.h"

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(number, skip) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skip)
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct sock_filter shared[] = {
	LOAD(nr), UNLESS(SYS_mmap, 4),
	LOAD(args[3]),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, MAP_TYPE | MAP_ANONYMOUS),
	UNLESS(MAP_SHARED, 1), ANSWER(ENODEV), ALLOW,
};
static struct sock_filter fallocates[] = {
	LOAD(nr), UNLESS(SYS_fallocate, 1), ANSWER(EOPNOTSUPP), ALLOW,
};
static struct sock_filter close_ranges[] = {
	LOAD(nr), UNLESS(SYS_close_range, 1), ANSWER(ENOSYS), ALLOW,
};
static struct sock_filter pidfds[] = {
	LOAD(nr), UNLESS(SYS_pidfd_open, 1), ANSWER(ENOSYS), ALLOW,
};

#define RULE(name, code) { name, { sizeof(code) / sizeof(code[0]), code } }

static const struct {
	const char *name;
	struct sock_fprog program;
} rules[] = {
	RULE("shared", shared),
	RULE("fallocate", fallocates),
	RULE("close_range", close_ranges),
	RULE("pidfd_open", pidfds),
};

static int deny(const char *name)
{
	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!strcmp(name, rules[i].name))
			return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
				     &rules[i].program);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 77;
	while (*++argv && strcmp(*argv, "--"))
		if (deny(*argv))
			return 77;
	if (*argv)
		execvp(argv[1], argv + 1);
	return 1;
}
