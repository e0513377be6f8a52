/* SPDX-License-Identifier: MIT */
#include "preload/usage_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int read_file(int pid, const char *name, char *text, size_t room)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -ESRCH;
	len = read(fd, text, room - 1);
	close(fd);
	if (len <= 0)
		return -ESRCH;
	text[len] = '\0';
	return 0;
}

/* User and system time, in clock ticks: exact enough for their ratio only. */
static int read_shares(int pid, uint64_t *user, uint64_t *system)
{
	char text[1024];
	const char *at;
	int ret = read_file(pid, "stat", text, sizeof(text));

	if (ret < 0)
		return ret;
	at = strrchr(text, ')'); /* the name may hold anything */
	if (!at || sscanf(at + 1,
			  " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
			  "%lu %lu",
			  user, system) != 2)
		return -EINVAL;
	*user *= 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	*system *= 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	return 0;
}

/* The sum is known to the nanosecond. */
static void refine(int pid, uint64_t *user, uint64_t *system)
{
	struct timespec time;
	uint64_t sum;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &time) < 0)
		return;
	sum = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
	if (*system > sum)
		*system = sum;
	*user = sum - *system;
}

int usage_proc(struct usage_sample *sample, int pid)
{
	char text[256];
	unsigned long resident;
	int ret = read_file(pid, "statm", text, sizeof(text));

	if (ret < 0)
		return ret;
	if (sscanf(text, "%*s %lu", &resident) != 1 || resident == 0)
		return -ESRCH; /* a zombie has no memory */
	ret = read_shares(pid, &sample->user_ns, &sample->system_ns);
	if (ret < 0)
		return ret;
	refine(pid, &sample->user_ns, &sample->system_ns);
	sample->rss_bytes = resident * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}
