/* SPDX-License-Identifier: MIT */
#include "preload/ring_wait.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/clock.h"

#define NUMBER_FUTEX_WAITV 449 /* headers may be older than the kernel */
#define FLAG_FUTEX_32 2

void ring_wait_begin(struct ring_wait *wait)
{
	wait->count = 0;
}

void ring_wait_add(struct ring_wait *wait, const uint32_t *word, uint32_t seen)
{
	if (wait->count == RING_WAIT_MAX)
		return;
	wait->words[wait->count].seen = seen;
	wait->words[wait->count].word = (uintptr_t)word;
	wait->words[wait->count].flags = FLAG_FUTEX_32;
	wait->words[wait->count].reserved = 0;
	wait->count++;
}

int ring_wait_sleep(const struct ring_wait *wait, uint64_t ns)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + ns;
	struct timespec deadline = { (time_t)(until / 1000000000),
				     (long)(until % 1000000000) };

	if (wait->count == 0)
		return -EINVAL;
	if (syscall(NUMBER_FUTEX_WAITV, wait->words, wait->count, 0, &deadline,
		    CLOCK_MONOTONIC) >= 0 ||
	    errno == EAGAIN)
		return 1;
	return errno == ETIMEDOUT || errno == EINTR ? 0 : -errno;
}
