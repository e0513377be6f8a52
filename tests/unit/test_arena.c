/* SPDX-License-Identifier: MIT */
/* The recorder's own memory, taken by several threads at once: each block is
 * one thread's alone, zeroed, aligned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "preload/arena.h"
#include "tests/unit/together.h"

#define THREADS 8u
#define BLOCKS 600u
#define SMALL 40u /* of the bootstrap heap: together less than what there is */

struct block {
	uint8_t *memory;
	size_t bytes;
};

static struct block blocks[THREADS][BLOCKS];

/* Of any size up to a page, and now and then of more than a chunk's quarter. */
static size_t bytes_of(unsigned int i)
{
	return i % 150 == 149 ? 70000 : 1 + i * 7919 % 4096;
}

static bool is_full_of(const struct block *block, uint8_t byte)
{
	for (size_t i = 0; i < block->bytes; i++)
		if (block->memory[i] != byte)
			return false;
	return true;
}

static unsigned int fill(struct block *block, uint8_t byte)
{
	if (!block->memory || !is_full_of(block, 0))
		return 1;
	memset(block->memory, byte, block->bytes);
	return 0;
}

static unsigned int allocate(unsigned int number)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < BLOCKS; i++) {
		struct block *block = &blocks[number][i];

		block->bytes = bytes_of(i);
		block->memory = arena_alloc(block->bytes);
		wrong += (uintptr_t)block->memory % 64 != 0;
		wrong += fill(block, (uint8_t)(number + 1));
	}
	return wrong;
}

static unsigned int overwritten(unsigned int count)
{
	unsigned int wrong = 0;

	for (unsigned int n = 0; n < THREADS; n++)
		for (unsigned int i = 0; i < count; i++)
			wrong += !is_full_of(&blocks[n][i], (uint8_t)(n + 1));
	return wrong;
}

static void blocks_do_not_overlap(void **state)
{
	uint64_t before = arena_bytes();

	(void)state;
	assert_int_equal(together(THREADS, allocate), 0);
	assert_int_equal(overwritten(BLOCKS), 0);
	assert_true(arena_bytes() - before >= (uint64_t)THREADS * BLOCKS * 2000);
}

static unsigned int bootstrap(unsigned int number)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < SMALL; i++) {
		struct block *block = &blocks[number][i];
		size_t alignment = (size_t)16 << i % 5;

		block->bytes = 1 + i * 31 % 400;
		block->memory = bootstrap_alloc(block->bytes, alignment, false);
		wrong += fill(block, (uint8_t)(number + 1));
		wrong += (uintptr_t)block->memory % alignment != 0 ||
			 !bootstrap_owns(block->memory) ||
			 bootstrap_size(block->memory) != block->bytes;
	}
	return wrong;
}

/* The target uses up its part; some of the rest remains ours. */
static unsigned int use_up(unsigned int number)
{
	(void)number;
	while (bootstrap_alloc(1000, 16, false))
		;
	return bootstrap_alloc(1000, 16, true) == NULL;
}

static void bootstrap_blocks_do_not_overlap(void **state)
{
	(void)state;
	assert_int_equal(together(THREADS, bootstrap), 0);
	assert_int_equal(together(THREADS, use_up), 0);
	assert_int_equal(overwritten(SMALL), 0);
	assert_null(bootstrap_alloc(1000, 16, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_do_not_overlap),
		cmocka_unit_test(bootstrap_blocks_do_not_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
