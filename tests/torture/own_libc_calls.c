/* SPDX-License-Identifier: MIT */
/*
 * A program with functions of the C library of its own, which the loader gives
 * to everybody: getenv, getpid, sysconf, snprintf, getcwd, uname, readlink,
 * clock_gettime, madvise, strlen. Each allocates and frees before it does its
 * work, so that a recorder that calls them allocates inside its own start. Each
 * is called 10 times by main(), which makes 100 blocks of 21 bytes itself.
 * build -rdynamic
 * expect site main allocations>=100 bytes_allocated>=2100
 * expect site work allocations=100 bytes_allocated=2100 leaked_bytes=0
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "samples/sample.h"

extern char **environ;

static SITE void fidget(void)
{
	static __thread int depth;

	if (depth++ == 0)
		free(keep(realloc(keep(malloc(50)), 500)));
	depth--;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

char *getenv(const char *name)
{
	size_t n = strlen(name);

	fidget();
	for (char **e = environ; e && *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}

pid_t getpid(void)
{
	fidget();
	return (pid_t)syscall(SYS_getpid);
}

long sysconf(int name)
{
	fidget();
	return name == _SC_PAGESIZE ? 4096 : name == _SC_NPROCESSORS_ONLN ? 2 :
	       name == _SC_CLK_TCK ? 100 : -1;
}

char *getcwd(char *path, size_t room)
{
	fidget();
	return syscall(SYS_getcwd, path, room) > 0 ? path : NULL;
}

int uname(struct utsname *name)
{
	fidget();
	return (int)syscall(SYS_uname, name);
}

ssize_t readlink(const char *path, char *target, size_t room)
{
	fidget();
	return syscall(SYS_readlink, path, target, room);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	fidget();
	return (int)syscall(SYS_clock_gettime, clock, now);
}

int madvise(void *at, size_t bytes, int advice)
{
	fidget();
	return (int)syscall(SYS_madvise, at, bytes, advice);
}

static SITE void work(void)
{
	for (int i = 0; i < 100; i++)
		free(keep(malloc(21)));
}

int main(void)
{
	char text[4096];
	struct utsname name;
	struct timespec now;

	for (int i = 0; i < 10; i++) {
		getenv("HOME");
		getpid();
		sysconf(_SC_PAGESIZE);
		getcwd(text, sizeof(text));
		uname(&name);
		readlink("/proc/self/exe", text, sizeof(text));
		clock_gettime(CLOCK_REALTIME, &now);
	}
	work();
	say("done\n");
	return 0;
}
