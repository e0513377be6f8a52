/* SPDX-License-Identifier: MIT */
/*
 * 20,000 blocks of 10 bytes, then a seccomp filter that kills for anything but a
 * few calls (not getpid(2), say), then 20,000 of 20 bytes; and what comes next
 * there: main() returns; an exec that the filter refuses; a second filter that is
 * none, and fails, also while another thread brings one. The filter may come by
 * syscall(2), in a fork child before anything was allocated in it, or in a child
 * of vfork, whose filter is not ours, and which execs without us.
 * expect total allocations=40000
 * Inside, call stacks cannot be learned; with LD_PRELOAD alone, nobody is left to
 * write what does not fit into the buffers.
 * run return
 * expect site before allocations=20000
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * run exec
 * expect site before allocations=20000
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * run again
 * expect site before allocations=20000
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * run raw
 * expect site before allocations=20000
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 * run child
 * expect total allocations=40000
 * expect childsite after allocations>=1
 * expect dumps 2
 * expect lost dropped_events failed_unwinds leaf_only_stacks ring_grow_failures
 * run vfork
 * expect total allocations=40000
 * run threads
 * expect site before allocations=20000
 * expect lost dropped_events failed_unwinds leaf_only_stacks
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "samples/sample.h"

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

#define IF(number, then) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, then)
#define ALLOW(number) IF(number, SECCOMP_RET_ALLOW)

static struct sock_filter code[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	ALLOW(SYS_write),
	ALLOW(SYS_exit),
	ALLOW(SYS_exit_group),
	ALLOW(SYS_brk),
	ALLOW(SYS_mmap),
	ALLOW(SYS_prctl),
	ALLOW(SYS_futex),
	IF(SYS_execve, SECCOMP_RET_ERRNO | EPERM),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
};
static struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

static void close_door(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		_exit(77);
}

static void wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) == child)
		say_number("status", (unsigned long)status);
}

static void in_child(void)
{
	pid_t child = fork();

	if (child == 0) {
		close_door();
		after();
		syscall(SYS_exit_group, 4);
	}
	wait_for(child);
}

static void in_vfork_child(void)
{
	static struct sock_filter all[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		IF(SYS_getpid, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static struct sock_fprog no_getpid = { sizeof(all) / sizeof(*all), all };
	static char *const arguments[] = { "true", NULL };
	static char *const variables[] = { NULL };
	pid_t child = vfork();

	if (child == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &no_getpid);
		execve("/bin/true", arguments, variables);
		_exit(9);
	}
	wait_for(child);
}

static pthread_barrier_t barrier;

/* Its filter is none; it has no room to be seen in, either. */
static void *fail(void *unused)
{
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 2000; i++)
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL);
	pthread_barrier_wait(&barrier);
	return unused;
}

/* The other thread is not under the filter; this one is. */
static void beside_another(void)
{
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, fail, NULL);
	pthread_detach(thread);
	pthread_barrier_wait(&barrier);
	close_door();
	after();
}

int main(int argc, char **argv)
{
	char *const arguments[] = { "true", NULL };
	const char *how = argc > 1 ? argv[1] : "none";

	before();
	if (!strcmp(how, "child"))
		in_child();
	else if (!strcmp(how, "vfork"))
		in_vfork_child();
	else if (!strcmp(how, "threads"))
		beside_another();
	else if (!strcmp(how, "raw") && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
			&filter, 0, 0);
	else if (strcmp(how, "none"))
		close_door();
	if (!strcmp(how, "again") &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0)
		say("refused\n");
	after();
	if (!strcmp(how, "exec") &&
	    execve("/bin/true", arguments, NULL) < 0)
		say("refused\n");
	return 5;
}
