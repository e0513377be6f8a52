/* SPDX-License-Identifier: MIT */
/*
 * The set of sampled blocks: membership, room, the cost of a miss after a
 * million insertions and removals, and threads that hand blocks over while
 * others race to remove them: each comes back exactly once.
 */
#include "preload/random.h"
#include "preload/sampled_set.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct sampled_set set;

static int reset(void **state)
{
	(void)state;
	memset(&set, 0, sizeof(set));
	sampled_set_begin(&set);
	return 0;
}

static bool is_empty(void)
{
	static const struct sampled_set empty;

	return memcmp(&set, &empty, sizeof(set)) == 0;
}

static void test_insert_and_remove(void **state)
{
	(void)state;
	assert_false(sampled_set_remove(&set, 0x1000));
	assert_true(sampled_set_insert(&set, 0x1000));
	assert_true(sampled_set_contains(&set, 0x1000));
	assert_false(sampled_set_contains(&set, 0x1010));
	assert_int_equal(sampled_set_live(&set), 1);
	assert_true(sampled_set_remove(&set, 0x1000));
	assert_false(sampled_set_remove(&set, 0x1000));
	assert_true(is_empty());
}

static void test_null_never_was(void **state)
{
	(void)state;
	assert_false(sampled_set_remove(&set, 0));
	memset(set.counts, 1, sizeof(set.counts));
	assert_false(sampled_set_remove(&set, 0));
}

/* Its free was missed: the address comes again. */
static void test_same_address_twice(void **state)
{
	(void)state;
	assert_true(sampled_set_insert(&set, 0x2000));
	assert_true(sampled_set_insert(&set, 0x2000));
	assert_int_equal(sampled_set_live(&set), 1);
	assert_true(sampled_set_remove(&set, 0x2000));
	assert_true(is_empty());
}

/* Addresses a power of two apart may all have one count. */
static void forget_full_counts(void)
{
	for (size_t i = 0; i < sizeof(set.counts); i++)
		if (set.counts[i] == UINT8_MAX)
			set.counts[i] = 0;
}

/* No failure at the load at which T doubles, whatever the addresses' stride;
 * beyond, failures change nothing. */
static void check_stride(uint64_t stride)
{
	uint64_t base = UINT64_C(0x7f0000000010);
	uint32_t inserted = 0;

	for (uint64_t i = 0; i < SAMPLED_SET_SLOTS / 2; i++)
		assert_true(sampled_set_insert(&set, base + i * stride));
	for (uint64_t i = 0; i < 4 * SAMPLED_SET_SLOTS; i++)
		sampled_set_insert(&set, base + i * stride);
	inserted = sampled_set_live(&set);
	assert_in_range(inserted, SAMPLED_SET_SLOTS * 9 / 10,
			SAMPLED_SET_SLOTS);
	for (uint64_t i = 0; i < 4 * SAMPLED_SET_SLOTS; i++)
		inserted -= sampled_set_remove(&set, base + i * stride);
	assert_int_equal(inserted, 0);
	forget_full_counts();
	assert_true(is_empty());
}

static void test_room_for_any_stride(void **state)
{
	(void)state;
	for (unsigned int bit = 4; bit <= 26; bit++)
		check_stride(UINT64_C(1) << bit);
	check_stride(24);
	check_stride(48);
	check_stride(4096 + 16);
	check_stride((2 << 20) + 4096);
}

/* A count must not wrap: 256 members with one count would be lost. */
static void test_full_count_stays_full(void **state)
{
	uint8_t *count = &set.counts[sampled_set_place(0x3000)];

	(void)state;
	*count = UINT8_MAX;
	assert_true(sampled_set_insert(&set, 0x3000));
	assert_int_equal(*count, UINT8_MAX);
	assert_true(sampled_set_remove(&set, 0x3000));
	assert_false(sampled_set_remove(&set, 0x3000));
	assert_int_equal(*count, UINT8_MAX);
	*count = 0;
	assert_true(is_empty());
}

/* Before the start every address is looked at, whatever its bits. */
static void test_everything_at_first(void **state)
{
	(void)state;
	for (uint64_t address = 16; address; address <<= 1) {
		assert_true(sampled_blocks_maybe(address));
		assert_true(sampled_blocks_maybe(address - 16));
	}
}

#define WATCHED 128u

/* What is watched is looked at and is no member, also after a new beginning,
 * which members do not survive. */
static void test_watched(void **state)
{
	(void)state;
	memset(&set, 0, sizeof(set));
	for (uint64_t i = 1; i <= 2 * WATCHED; i++)
		sampled_set_watch(&set, i * 48);
	for (int begin = 0; begin < 2; begin++) {
		sampled_set_begin(&set);
		for (uint64_t i = 1; i <= 2 * WATCHED; i++) {
			assert_true(sampled_counts_maybe(set.counts, i * 48));
			assert_false(sampled_set_contains(&set, i * 48));
			assert_false(sampled_set_remove(&set, i * 48));
		}
		assert_int_equal(sampled_set_live(&set), 0);
		assert_true(sampled_set_insert(&set, 0x5000));
	}
	assert_true(sampled_set_remove(&set, 0x5000));
	for (uint64_t i = 1; i <= 2 * WATCHED; i++)
		sampled_set_unwatch(&set, i * 48);
	sampled_set_begin(&set);
	assert_true(is_empty());
}

/* Members are found, and strangers are not. */
static void test_members_answer(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 2 * WATCHED; i++) {
		assert_true(sampled_set_insert(&set, i * 48));
		assert_true(sampled_set_contains(&set, i * 48));
	}
	for (uint64_t i = 1; i <= 2 * WATCHED; i++) {
		assert_true(sampled_set_contains(&set, i * 48));
		assert_true(sampled_set_remove(&set, i * 48));
		assert_false(sampled_set_remove(&set, i * 48));
	}
	assert_true(is_empty());
}

static void test_misses_stay_short(void **state)
{
	enum { LIVE = 1000, ROUNDS = 1000000, ASKED = 1000000 };
	static uint64_t live[LIVE];
	struct random_state r = { 1 };
	unsigned int maybe = 0;

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		uint64_t *slot = &live[random_below(&r, LIVE)];

		assert_true(*slot == 0 || sampled_set_remove(&set, *slot));
		*slot = (random_next(&r) >> 17 | 1) << 4;
		assert_true(sampled_set_insert(&set, *slot));
	}
	for (unsigned int i = 0; i < ASKED; i++)
		maybe += sampled_counts_maybe(set.counts, random_next(&r) >> 17 << 4);
	/* As on the first day: 1 - exp(-1000 / 8192) = 11.5% look closer. */
	assert_in_range(maybe, ASKED * 10 / 100, ASKED * 13 / 100);
	for (unsigned int i = 0; i < LIVE; i++)
		sampled_set_remove(&set, live[i]);
	assert_true(is_empty());
}

#ifdef __SANITIZE_THREAD__ /* all takes some 20 times as long */
#define SHORT 1
#else
#define SHORT 0
#endif
#define ADDRESSES 4096
#define ROUNDS (SHORT ? 30 : 300)
#define THREADS 4

static uint64_t address_of(unsigned int i)
{
	return UINT64_C(0x7f1000000000) + (uint64_t)i * 48;
}

static uint32_t removals[ADDRESSES];
static pthread_barrier_t barrier;

/* All threads insert a share each, then all race to remove everything. */
static void *race(void *argument)
{
	unsigned int me = *(unsigned int *)argument;

	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned int i = me; i < ADDRESSES; i += THREADS)
			if (!sampled_set_insert(&set, address_of(i)))
				return argument;
		pthread_barrier_wait(&barrier);
		for (unsigned int i = 0; i < ADDRESSES; i++)
			if (sampled_set_remove(&set, address_of(i)))
				__atomic_fetch_add(&removals[i], 1,
						   __ATOMIC_RELAXED);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void test_removed_exactly_once(void **state)
{
	pthread_t threads[THREADS];
	unsigned int ids[THREADS];
	void *failed;

	(void)state;
	memset(removals, 0, sizeof(removals));
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (unsigned int i = 0; i < THREADS; i++) {
		ids[i] = i;
		assert_int_equal(0, pthread_create(&threads[i], NULL, race,
						   &ids[i]));
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	pthread_barrier_destroy(&barrier);
	for (unsigned int i = 0; i < ADDRESSES; i++)
		assert_int_equal(removals[i], ROUNDS);
	assert_true(is_empty());
}

#define HANDED (SHORT ? 30000 : 1000000)
#define MAILBOXES 256
static uint64_t mailboxes[MAILBOXES];
static unsigned int lost;

/* Removes what the other thread inserted, as a consumer's free would. */
static void *consume(void *argument)
{
	for (unsigned int n = 0; n < HANDED; n++) {
		uint64_t *box = &mailboxes[n % MAILBOXES];
		uint64_t address;

		while ((address = __atomic_exchange_n(box, 0,
						      __ATOMIC_ACQUIRE)) == 0)
			sched_yield();
		lost += !sampled_set_remove(&set, address);
	}
	return argument;
}

static void test_blocks_are_handed_over(void **state)
{
	pthread_t consumer;

	(void)state;
	assert_int_equal(0, pthread_create(&consumer, NULL, consume, NULL));
	for (unsigned int n = 0; n < HANDED; n++) {
		uint64_t *box = &mailboxes[n % MAILBOXES];
		uint64_t address = address_of(n % (4 * MAILBOXES));

		assert_true(sampled_set_insert(&set, address));
		while (__atomic_load_n(box, __ATOMIC_RELAXED) != 0)
			sched_yield();
		__atomic_store_n(box, address, __ATOMIC_RELEASE);
	}
	pthread_join(consumer, NULL);
	assert_int_equal(lost, 0);
	assert_true(is_empty());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_insert_and_remove, reset),
		cmocka_unit_test_setup(test_null_never_was, reset),
		cmocka_unit_test_setup(test_same_address_twice, reset),
		cmocka_unit_test_setup(test_room_for_any_stride, reset),
		cmocka_unit_test_setup(test_full_count_stays_full, reset),
		cmocka_unit_test(test_everything_at_first),
		cmocka_unit_test(test_watched),
		cmocka_unit_test_setup(test_members_answer, reset),
		cmocka_unit_test_setup(test_misses_stay_short, reset),
		cmocka_unit_test_setup(test_removed_exactly_once, reset),
		cmocka_unit_test_setup(test_blocks_are_handed_over, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
