/* SPDX-License-Identifier: MIT */
/*
 * Works under a limit that it sets itself and hands to the program that it
 * then becomes ("again"): RLIMIT_FSIZE of 64 KiB, RLIMIT_AS of 256 MiB,
 * RLIMIT_NOFILE of 4. Each program makes 100,000 blocks of 25 bytes. A write
 * past RLIMIT_FSIZE would be a SIGXFSZ, which ends a program.
 * run none
 * expect total allocations=0
 * expect child allocations=100000 bytes_allocated=2500000
 * expect dumps 2
 * run as
 * expect child allocations=100000 bytes_allocated=2500000
 * expect dumps 2
 * run nofile
 * expect dumps 2
 * run fsize
 * expect dumps 2
 * expect lost dropped_events write_errors
 */
#include <sys/resource.h>
#include "sample.h"

static SITE void work(void)
{
	for (int i = 0; i < 100000; i++)
		free(keep(malloc(25)));
}

int main(int argc, char **argv)
{
	struct rlimit limit = { 0, 0 };
	int which = -1;

	if (argc > 2) {
		work();
		say("worked\n");
		return 0;
	}
	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "fsize"))
		which = RLIMIT_FSIZE, limit.rlim_cur = 64 << 10;
	if (!strcmp(argv[1], "as"))
		which = RLIMIT_AS, limit.rlim_cur = 256 << 20;
	if (!strcmp(argv[1], "nofile"))
		which = RLIMIT_NOFILE, limit.rlim_cur = 4;
	limit.rlim_max = limit.rlim_cur;
	if (which >= 0 && setrlimit((__rlimit_resource_t)which, &limit))
		return 77;
	execl("/proc/self/exe", argv[0], argv[1], "again", NULL);
	return 1;
}
