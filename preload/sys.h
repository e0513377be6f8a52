/* SPDX-License-Identifier: MIT */
/*
 * System calls for use inside a target's malloc: straight to the kernel, so
 * that they touch no errno, are no cancellation points and pass through no
 * interposed function. All return the result or -errno.
 */
#ifndef PRELOAD_SYS_H
#define PRELOAD_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

/* Seccomp filters that came after our start, or are about to: no system call any
 * more. */
extern uint32_t sys_forbidden; /* atomic */

static inline bool sys_is_forbidden(void)
{
	return __atomic_load_n(&sys_forbidden, __ATOMIC_RELAXED) != 0;
}

/*
 * Work that makes system calls or holds a lock of ours: errno is kept, signals
 * are blocked (a handler could leave by siglongjmp), and cancellation is off.
 */
struct sys_section {
	bool entered; /* not where system calls are forbidden */
	uint64_t signals;
	int error;
	int cancel_state;
};

void sys_enter(struct sys_section *section);
void sys_leave(const struct sys_section *section);

static inline long sys_call6(long number, long a, long b, long c, long d,
			     long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long sys_call3(long number, long a, long b, long c)
{
	return sys_call6(number, a, b, c, 0, 0, 0);
}

static inline int sys_open(const char *path, int flags, unsigned int mode)
{
	return (int)sys_call6(SYS_openat, AT_FDCWD, (long)path,
			      flags | O_CLOEXEC, (long)mode, 0, 0);
}

static inline int sys_close(int fd)
{
	return (int)sys_call3(SYS_close, fd, 0, 0);
}

static inline long sys_read(int fd, void *bytes, size_t len)
{
	return sys_call3(SYS_read, fd, (long)bytes, (long)len);
}

static inline long sys_write(int fd, const void *bytes, size_t len)
{
	return sys_call3(SYS_write, fd, (long)bytes, (long)len);
}

static inline int sys_fcntl(int fd, int command, long argument)
{
	return (int)sys_call3(SYS_fcntl, fd, command, argument);
}

static inline int sys_fallocate(int fd, uint64_t offset, uint64_t bytes)
{
	return (int)sys_call6(SYS_fallocate, fd, 0, (long)offset, (long)bytes,
			      0, 0);
}

static inline int sys_unlink(const char *path)
{
	return (int)sys_call3(SYS_unlink, (long)path, 0, 0);
}

static inline int sys_rename(const char *from, const char *to)
{
	return (int)sys_call3(SYS_rename, (long)from, (long)to, 0);
}

static inline int sys_gettid(void)
{
	return (int)sys_call3(SYS_gettid, 0, 0, 0);
}

static inline int sys_getpid(void)
{
	return (int)sys_call3(SYS_getpid, 0, 0, 0);
}

/* Sleeps while *word == value, at most ns; also wakes between processes. */
static inline int sys_futex_wait(uint32_t *word, uint32_t value, uint64_t ns)
{
	struct timespec limit = { (time_t)(ns / 1000000000),
				  (long)(ns % 1000000000) };

	return (int)sys_call6(SYS_futex, (long)word, FUTEX_WAIT, (long)value,
			      (long)&limit, 0, 0);
}

static inline int sys_futex_wake(uint32_t *word, int count)
{
	return (int)sys_call3(SYS_futex, (long)word, FUTEX_WAKE, count);
}

#endif
