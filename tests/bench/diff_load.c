/* SPDX-License-Identifier: MIT */
/*
 * Makes runs for diff.py to compare:
 *	diff_load SHAPE [GROWTH [THREADS NOISE]]
 * SHAPE is one of shapes[], below: how many sites there are, how many calls
 * each makes and of which sizes. A block is freed before the next, one in ten only
 * at the end and one in a hundred never. The first site makes GROWTH percent
 * more calls. With NOISE each site of each of THREADS makes up to so many
 * percent more or fewer, by lot, in every run anew.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SITES_MAX 256
#define THREADS_MAX 16

/* 256 functions that stay apart: site_00 to site_ff. */
#define SITE(n)                                                             \
	static __attribute__((noinline, noclone)) void *site_##n(size_t size) \
	{                                                                   \
		void *p = malloc(size);                                     \
		__asm__ volatile("" : "+r"(p) : : "memory");                \
		return p;                                                   \
	}
#define ROW(X, n)                                                         \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)   \
	X(n##8) X(n##9) X(n##a) X(n##b) X(n##c) X(n##d) X(n##e) X(n##f)
#define ALL(X)                                                            \
	ROW(X, 0) ROW(X, 1) ROW(X, 2) ROW(X, 3) ROW(X, 4) ROW(X, 5)       \
	ROW(X, 6) ROW(X, 7) ROW(X, 8) ROW(X, 9) ROW(X, a) ROW(X, b)       \
	ROW(X, c) ROW(X, d) ROW(X, e) ROW(X, f)
#define NAME(n) site_##n,

ALL(SITE)
static void *(*const sites[SITES_MAX])(size_t) = { ALL(NAME) };

struct shape {
	const char *name;
	unsigned int sites;
	size_t bytes; /* that the first site allocates */
	/* The others have as much, or a share that falls with their number. */
	enum { EVEN, FALLING } share;
	enum { SMALL, MIXED, LARGE } sizes;
};

static const struct shape shapes[] = {
	{ "few", 3, 24 << 20, EVEN, SMALL },
	{ "even", 100, 3 << 20, EVEN, SMALL },
	{ "falling", 200, 16 << 20, FALLING, SMALL },
	{ "mixed", 60, 8 << 20, FALLING, MIXED },
	{ "large", 40, 16 << 20, FALLING, LARGE },
	{ "sparse", 250, 96 << 10, EVEN, MIXED },
	{ "small", 3, 96 << 10, EVEN, SMALL },
	{ "twenty", 20, 48 << 10, EVEN, SMALL },
};

static const struct shape *shape;
static int growth, noise, thread_count = 1;
static void *kept[1 << 20];
static size_t kept_count;

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t size_of(unsigned int site, uint64_t random)
{
	switch (shape->sizes) {
	case SMALL:
		return 32 + site * 29 % 480;
	case MIXED: /* each power of two from 16 to 64K as often */
		return ((size_t)16 << random % 13) + (random >> 8) % 16;
	default:
		return 4096 + (random >> 8) % 60000;
	}
}

static size_t share_of(unsigned int site, uint64_t *lots)
{
	size_t bytes = shape->bytes;

	if (shape->share == FALLING)
		bytes /= 1 + site;
	if (site == 0)
		bytes += bytes * growth / 100;
	if (noise)
		bytes += (int64_t)bytes *
			 ((int64_t)(next(lots) % (2 * noise * 100 + 1)) -
			  noise * 100) / 10000;
	return bytes / thread_count;
}

static void keep_or_free(void *p, size_t number)
{
	if (number % 100 == 99)
		return;
	if (number % 10 == 9) {
		size_t slot = __atomic_fetch_add(&kept_count, 1,
						 __ATOMIC_RELAXED);

		if (slot < sizeof(kept) / sizeof(*kept)) {
			kept[slot] = p;
			return;
		}
	}
	free(p);
}

/* What a site allocates is the same in each run, but for noise. */
static void *work(void *argument)
{
	struct timespec now;
	uint64_t lots;

	clock_gettime(CLOCK_REALTIME, &now);
	lots = (uint64_t)now.tv_nsec * 2654435761u + (uintptr_t)argument + 1;
	for (unsigned int site = 0; site < shape->sites; site++) {
		uint64_t random = 88172645463325252u + site * 7919;
		size_t rest = share_of(site, &lots);
		size_t number = 0;

		for (;;) {
			size_t size = size_of(site, next(&random) >> 20);

			if (size > rest)
				break;
			rest -= size;
			keep_or_free(sites[site](size), number++);
		}
	}
	return NULL;
}

static int number(int argc, char **argv, int i, int otherwise)
{
	return i < argc ? atoi(argv[i]) : otherwise;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (argc > 1 && strcmp(argv[1], shapes[i].name) == 0)
			shape = &shapes[i];
	growth = number(argc, argv, 2, 0);
	thread_count = number(argc, argv, 3, 1);
	noise = number(argc, argv, 4, 0);
	if (!shape || thread_count < 1 || thread_count > THREADS_MAX)
		return 2;
	for (intptr_t i = 1; i < thread_count; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)i))
			return 2;
	work(NULL);
	for (int i = 1; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < kept_count; i++)
		free(kept[i]);
	return 0;
}
