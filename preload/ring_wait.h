/* SPDX-License-Identifier: MIT */
/*
 * Sleeps until a target whose buffers are full asks to be drained: each ring
 * header has a word for that, and this waits for all of them at once. The
 * collector's one thread only. Kernels before 5.16 can't.
 */
#ifndef PRELOAD_RING_WAIT_H
#define PRELOAD_RING_WAIT_H

#include <stdint.h>

#define RING_WAIT_MAX 128 /* words; those beyond are not waited for */

struct ring_wait {
	struct {
		uint64_t seen;
		uint64_t word; /* its address */
		uint32_t flags;
		uint32_t reserved;
	} words[RING_WAIT_MAX]; /* the kernel's struct futex_waitv */
	unsigned int count;
};

void ring_wait_begin(struct ring_wait *wait);
/* A word, and its value before the ring was last drained. */
void ring_wait_add(struct ring_wait *wait, const uint32_t *word, uint32_t seen);
/*
 * 1: somebody asked, perhaps before the call. 0: ns have passed, or a signal
 * came. Negative errno, at once: this can't be waited for, try something else.
 */
int ring_wait_sleep(const struct ring_wait *wait, uint64_t ns);

#endif
