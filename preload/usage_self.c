/* SPDX-License-Identifier: MIT */
#include "preload/usage_self.h"

#include <sys/resource.h>

#include "preload/sys.h"

#define PAGE_BYTES 4096 /* of x86-64 */

/* The second number of /proc/self/statm: resident pages. */
static int read_resident(uint64_t *pages)
{
	char text[128];
	long len;
	long i = 0;
	int fd = sys_open("/proc/self/statm", O_RDONLY, 0);

	if (fd < 0)
		return fd;
	len = sys_read(fd, text, sizeof(text));
	sys_close(fd);
	while (i < len && text[i] != ' ')
		i++;
	*pages = 0;
	for (i++; i < len && text[i] >= '0' && text[i] <= '9'; i++)
		*pages = *pages * 10 + (uint64_t)(text[i] - '0');
	return *pages ? 0 : -EINVAL;
}

static uint64_t nanoseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000000u +
	       (uint64_t)time.tv_usec * 1000u;
}

int usage_self(struct usage_sample *sample, int pid)
{
	struct rusage usage;
	uint64_t pages;
	long ret = sys_call3(SYS_getrusage, RUSAGE_SELF, (long)&usage, 0);

	(void)pid;
	if (ret < 0)
		return (int)ret;
	sample->user_ns = nanoseconds(usage.ru_utime);
	sample->system_ns = nanoseconds(usage.ru_stime);
	ret = read_resident(&pages);
	if (ret == 0)
		sample->rss_bytes = pages * PAGE_BYTES;
	return (int)ret;
}
