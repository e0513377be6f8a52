/* SPDX-License-Identifier: MIT */
/*
 * Makes events for report_speed.sh to read:
 *	report_load LIVE PAIRS [THREADS [SHARED]]
 * Each thread fills LIVE slots with blocks, then PAIRS times frees what is in a
 * random slot and allocates anew: from one of 256 call stacks, 16 to 512 bytes.
 * With SHARED every eighth pair takes its slot from where all threads do, so
 * that blocks change hands. Nothing is freed at the end.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define SHARED_SLOTS 4096
#define THREADS_MAX 64

static size_t live, pairs;
static int shares;
static void *shared[SHARED_SLOTS];

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Four frames that each are one of four calls: 256 stacks. */
static __attribute__((noinline)) void *descend(unsigned int way,
					       unsigned int depth, size_t size)
{
	void *volatile p;

	if (depth == 0)
		return malloc(size);
	switch (way & 3) {
	case 0:
		p = descend(way >> 2, depth - 1, size);
		break;
	case 1:
		p = descend(way >> 2, depth - 1, size);
		break;
	case 2:
		p = descend(way >> 2, depth - 1, size);
		break;
	default:
		p = descend(way >> 2, depth - 1, size);
		break;
	}
	return p;
}

/* Some stacks are common, most are rare; each has sizes of its own. */
static void *block(uint64_t random)
{
	unsigned int way = (random >> 8 & 0xff) & (random >> 16 & 0xff);
	size_t size = 16 + (way * 37 + (random >> 24 & 3) * 16) % 496;

	return descend(way, 4, size);
}

static void *churn(void *argument)
{
	uint64_t state = 88172645463325252u + (uintptr_t)argument * 7919;
	void **slots = calloc(live, sizeof(*slots));

	if (!slots)
		return NULL;
	for (size_t i = 0; i < live; i++)
		slots[i] = block(next(&state));
	for (size_t i = 0; i < pairs; i++) {
		uint64_t random = next(&state);
		size_t slot = (size_t)((random >> 32) * live >> 32);
		void *old = slots[slot];

		if (shares && i % 8 == 0)
			old = __atomic_exchange_n(
				&shared[random % SHARED_SLOTS], old,
				__ATOMIC_ACQ_REL);
		free(old);
		slots[slot] = block(random);
	}
	return slots;
}

static unsigned long argument(int argc, char **argv, int i,
			      unsigned long otherwise)
{
	return i < argc ? strtoul(argv[i], NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	unsigned long count = argument(argc, argv, 3, 1);

	live = argument(argc, argv, 1, 4096);
	pairs = argument(argc, argv, 2, 1000000);
	shares = argument(argc, argv, 4, 0) != 0;
	if (live == 0 || count == 0 || count > THREADS_MAX)
		return 2;
	for (uintptr_t i = 1; i < count; i++)
		if (pthread_create(&threads[i], NULL, churn, (void *)i))
			return 2;
	churn(NULL);
	for (unsigned long i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
