/* SPDX-License-Identifier: MIT */
/*
 * counted FILE [THREADS]: for random kills. Allocates and frees for ever, in
 * 1 (or THREADS) threads, and counts in the shared file FILE (one pair of
 * 64-bit numbers a thread, 64 bytes apart, and its pid behind the first) each
 * malloc that has returned and each free that has returned. Whenever it is
 * killed, the dump must have at least that many allocations and frees, and at
 * most one of each a thread more. Without FILE it does nothing.
 * expect total allocations=0
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include "sample.h"

#define THREADS_MAX 16

struct counts {
	uint64_t allocations;
	uint64_t frees;
	uint64_t pid;
	uint64_t unused[5];
};

static SITE void *work(void *argument)
{
	struct counts *counts = argument;
	void *held[32] = { 0 };

	for (uint64_t i = 0;; i++) {
		void **slot = &held[i * 7 % 32];

		if (*slot) {
			free(*slot);
			__atomic_store_n(&counts->frees, counts->frees + 1,
					 __ATOMIC_RELEASE);
		}
		*slot = keep(malloc(16 + i % 100));
		__atomic_store_n(&counts->allocations, counts->allocations + 1,
				 __ATOMIC_RELEASE);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	size_t bytes = sizeof(struct counts) * THREADS_MAX;
	int threads = argc > 2 ? atoi(argv[2]) : 1;
	struct counts *counts;
	int fd;

	if (argc < 2)
		return 0;
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)bytes))
		return 1;
	counts = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		return 1;
	close(fd);
	counts->pid = (uint64_t)getpid();
	for (int i = 1; i < threads && i < THREADS_MAX; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, work, &counts[i]))
			return 1;
	}
	work(&counts[0]);
	return 0;
}
