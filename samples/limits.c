/* SPDX-License-Identifier: MIT */
/*
 * Works under a limit that it sets itself and hands to the program that it
 * then becomes ("again"): RLIMIT_FSIZE of 64 KiB, RLIMIT_AS of 256 or 16 MiB,
 * RLIMIT_NOFILE of 4, RLIMIT_MEMLOCK of 8 MiB with all memory locked, present
 * and future. Each program makes 100,000 blocks of 25 bytes and a large one. A
 * write past RLIMIT_FSIZE would be a SIGXFSZ, which ends a program; a recorder
 * that reserves much would leave too little.
 * run none
 * expect total allocations=0
 * expect child allocations=100001 bytes_allocated=3548576
 * expect dumps 2
 * run as
 * expect child allocations=100001 bytes_allocated=3548576
 * expect dumps 2
 * run tight
 * expect child allocations=100001 bytes_allocated=3548576
 * expect dumps 2
 * run memlock
 * expect child allocations=100001 bytes_allocated=3548576
 * expect dumps 2
 * expect lost ring_grow_failures
 * run nofile
 * expect dumps 2
 * run fsize
 * expect dumps 2
 * expect lost dropped_events write_errors
 */
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "sample.h"

static SITE void work(void)
{
	void *large = keep(malloc(1 << 20));

	say(large ? "large\n" : "not large\n");
	for (int i = 0; i < 100000; i++)
		free(keep(malloc(25)));
	free(large);
}

/* Without the right to lock more than the limit. */
static void lock_memory(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[2] = { 0 };

	syscall(SYS_capset, &header, none);
	say(mlockall(MCL_CURRENT | MCL_FUTURE) ? "not locked\n" : "locked\n");
}

int main(int argc, char **argv)
{
	struct rlimit limit = { 0, 0 };
	int which = -1;

	if (argc > 2) {
		if (!strcmp(argv[1], "memlock"))
			lock_memory();
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
	if (!strcmp(argv[1], "tight"))
		which = RLIMIT_AS, limit.rlim_cur = 16 << 20;
	if (!strcmp(argv[1], "memlock"))
		which = RLIMIT_MEMLOCK, limit.rlim_cur = 8 << 20;
	if (!strcmp(argv[1], "nofile"))
		which = RLIMIT_NOFILE, limit.rlim_cur = 4;
	limit.rlim_max = limit.rlim_cur;
	if (which >= 0 && setrlimit((__rlimit_resource_t)which, &limit))
		return 77;
	execl("/proc/self/exe", argv[0], argv[1], "again", NULL);
	return 1;
}
