/* SPDX-License-Identifier: MIT */
/*
 * Allocation while a thread ends: in the destructor of a pthread key, which
 * runs again for what it sets (4 rounds), and in a thread_local destructor.
 * 20 threads, each: 1 block by its body, freed by the first round of the key's
 * destructor; 4 rounds of malloc(64) and free; 1 malloc(128) and free by the
 * thread_local one, for whose registration libc takes 32 bytes.
 * expect site body allocations=40 bytes_allocated=840 leaked_bytes=0
 * expect lost leaf_only_stacks
 * expect stat late_events>=20
 * expect site key_round allocations=80 bytes_allocated=5120 leaked_bytes=0
 * expect site local_gone allocations=20 bytes_allocated=2560 leaked_bytes=0
 */
#include <pthread.h>
#include "sample.h"

extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void *__dso_handle;

static pthread_key_t key;
static __thread int round_count;

static SITE void key_round(void *block)
{
	if (round_count++ == 0)
		free(block);
	free(keep(malloc(64)));
	if (round_count < 4)
		pthread_setspecific(key, &key);
}

static SITE void local_gone(void *unused)
{
	(void)unused;
	free(keep(malloc(128)));
}

static SITE void *body(void *unused)
{
	pthread_setspecific(key, keep(malloc(10)));
	__cxa_thread_atexit_impl(local_gone, NULL, &__dso_handle);
	return unused;
}

int main(void)
{
	pthread_key_create(&key, key_round);
	for (int i = 0; i < 20; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, body, NULL))
			return 1;
		pthread_join(thread, NULL);
	}
	say("ended\n");
	return 0;
}
