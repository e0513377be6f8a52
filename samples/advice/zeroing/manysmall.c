/* SPDX-License-Identifier: MIT */
/*
 * An event queue with 100,000 callocs, of 32 bytes each: many calls, few bytes
 * to clear. At 10 GB/s that is 0.3 of 70 ms of CPU.
 *
 * near: zeroing 3.2 MB in all, 0.4% of the CPU time, under 1%
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS 100000
#define WAITING 500

struct event {
	uint64_t due;
	uint32_t source, kind;
	uint64_t state;
	uint64_t unused;
};

static struct event *heap[WAITING + 1];
static int count;

static struct event *event_new(uint64_t due, uint32_t source)
{
	struct event *event = calloc(1, sizeof(*event));

	if (!event)
		abort();
	event->due = due;
	event->source = source;
	return event;
}

static void sift_up(int at)
{
	for (; at && heap[at]->due < heap[(at - 1) / 2]->due;
	     at = (at - 1) / 2) {
		struct event *up = heap[(at - 1) / 2];
		heap[(at - 1) / 2] = heap[at];
		heap[at] = up;
	}
}

static struct event *pop(void)
{
	struct event *first = heap[0], *last = heap[--count];
	int at = 0, child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count &&
		    heap[child + 1]->due < heap[child]->due)
			child++;
		if (heap[child]->due >= last->due)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}

static uint64_t handle(struct event *event)
{
	for (int i = 0; i < 400; i++)
		event->state = (event->state ^ event->due) * 0x9e3779b97f4a7c15
			       + event->source;
	return event->state;
}

static void schedule(struct event *event)
{
	heap[count] = event;
	sift_up(count++);
}

int main(void)
{
	uint64_t now = 0, sum = 0;
	uint32_t seed = 90;

	for (int i = 0; i < EVENTS; i++) {
		seed = seed * 1664525 + 1013904223;
		schedule(event_new(now + (seed >> 16), i));
		if (count == WAITING) {
			struct event *event = pop();
			now = event->due;
			sum += handle(event);
			free(event);
		}
	}
	while (count) {
		struct event *event = pop();
		sum += handle(event);
		free(event);
	}
	printf("sum %lx\n", (unsigned long)sum);
	return 0;
}
