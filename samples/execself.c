/* SPDX-License-Identifier: MIT */
/*
 * Allocates 300 blocks of 10 bytes and, with those events pending, replaces
 * itself by itself, first by a path that does not exist, then truly; the new
 * program allocates 200 blocks of 20 bytes. One pid, two dumps. With a path as
 * its argument it becomes that program instead.
 * expect dumps 2
 * expect total allocations=300 bytes_allocated=3000 leaked_bytes=3000
 * expect child allocations=200 bytes_allocated=4000 leaked_bytes=4000
 */
#include "sample.h"

static SITE void leave(int count, size_t bytes)
{
	while (count--)
		keep(malloc(bytes));
}

int main(int argc, char **argv)
{
	char *again[] = { argv[0], "again", NULL };

	if (argc > 1 && strcmp(argv[1], "again")) {
		leave(300, 10);
		execv(argv[1], argv + 1);
		return 1;
	}
	if (argc > 1) {
		leave(200, 20);
		say("second\n");
		return 4;
	}
	leave(150, 10);
	execv("/no/such/program", again);
	say("still here\n");
	leave(150, 10);
	execv("/proc/self/exe", again);
	return 1;
}
