/* SPDX-License-Identifier: MIT */
/*
 * What only a process of one thread may do: enter a user namespace of its own,
 * then a mount namespace; between the steps 100 blocks of 10 bytes.
 * expect site between allocations=200 bytes_allocated=2000
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include "sample.h"

static SITE void between(void)
{
	for (int i = 0; i < 100; i++)
		free(keep(malloc(10)));
}

int main(void)
{
	int user, mounts;

	between();
	user = unshare(CLONE_NEWUSER) ? errno : 0;
	between();
	mounts = unshare(CLONE_NEWNS) ? errno : 0;
	say_number("user", (unsigned long)user);
	say_number("mounts", (unsigned long)mounts);
	return 0;
}
