/* SPDX-License-Identifier: MIT */
/*
 * A service that gives up what it had: 50,000 blocks of 11 bytes, then a new
 * root directory, which is empty, then another user, then 3 million rounds of
 * 12 bytes; then the same in a child. Neither may reach the dump by its name any
 * more, nor write to it by right. What that cost is counted.
 * expect dumps>=1
 * expect site before allocations=50000 bytes_allocated=550000
 * expect stat unrecorded_children=1
 * expect lost dropped_events write_errors ring_grow_failures unrecorded_children
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "samples/sample.h"

static SITE void before(void)
{
	for (int i = 0; i < 50000; i++)
		free(keep(malloc(11)));
}

static SITE void after(void)
{
	for (int i = 0; i < 3000000; i++)
		free(keep(malloc(12)));
}

int main(void)
{
	char folder[] = "/tmp/heapwise-torture-XXXXXX";
	int status = 0;

	if (getuid() != 0 || !mkdtemp(folder))
		_exit(77);
	before();
	if (chroot(folder) || chdir("/") || setgid(65534) || setuid(65534)) {
		rmdir(folder);
		_exit(77);
	}
	after();
	if (fork() == 0) {
		after();
		_exit(3);
	}
	wait(&status);
	say_number("status", (unsigned long)WEXITSTATUS(status));
	return 0;
}
