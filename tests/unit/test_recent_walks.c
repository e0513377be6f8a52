/* SPDX-License-Identifier: MIT */
/* A recent walk is found again only while all that decides it is as it was:
 * each of those things is changed in turn, and put back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/recent_walks.h"

#define FRAMES 6u
#define JOINT 2u /* the last frame that was kept before */
#define LEAF_NODE (100 + FRAMES - 1)

static struct unwind walk;
static struct recent_walks recent;
static uintptr_t stack[64]; /* frame i's return address: word(i) */
static struct unwind_start from;

static uintptr_t *word(unsigned int i)
{
	return &stack[60 - 8 * i];
}

/* A kept walk as unwind_walk() and stacks_intern() leave it: one slot a frame,
 * and the last one of frames[i] leads from it to its caller. */
static int set_up(void **state)
{
	(void)state;
	memset(&walk, 0, sizeof(walk));
	memset(&recent, 0, sizeof(recent));
	for (unsigned int i = 0; i < FRAMES; i++) {
		*word(i) = 0x1000 + i;
		walk.frames[i] = (struct unwind_frame){
			.ip = 0x1000 + i,
			.sp = (uintptr_t)(word(i) + 1),
			.bp = 7,
			.node = 100 + i,
			.slots = (uint16_t)i,
		};
		walk.slots[i] = (struct unwind_slot){ word(i), *word(i) };
	}
	walk.count = walk.kept = FRAMES;
	from = (struct unwind_start){
		.ip = walk.frames[FRAMES - 1].ip,
		.sp = walk.frames[FRAMES - 1].sp,
		.bp = 7,
	};
	/* the slots that lead to frame 0 come first: see `slots` above */
	recent_walks_add(&recent, &walk, JOINT + 1, &from);
	return 0;
}

static uint32_t found(void)
{
	return recent_walks_find(&recent, &walk, &from);
}

static void finds_it_again(void **state)
{
	(void)state;
	assert_int_equal(found(), LEAF_NODE);
	/* frames after the joint are another walk's meanwhile */
	for (unsigned int i = JOINT + 1; i < FRAMES; i++)
		walk.frames[i] = (struct unwind_frame){ .ip = 1, .node = 9 };
	walk.kept = JOINT + 1;
	assert_int_equal(found(), LEAF_NODE);
	walk.kept = JOINT;
	assert_int_equal(found(), 0);
	walk.kept = 0;
	assert_int_equal(found(), 0);
}

static void changed_slots_count(void **state)
{
	(void)state;
	for (unsigned int i = 0; i + 1 < FRAMES; i++) {
		uintptr_t was = *word(i);

		*word(i) = 0x2000;
		assert_int_equal(found(), 0);
		*word(i) = was;
		assert_int_equal(found(), LEAF_NODE);
	}
}

static void another_start_counts(void **state)
{
	const struct unwind_start was = from;

	(void)state;
	from.ip++;
	assert_int_equal(found(), 0);
	from = was;
	from.sp += 8;
	assert_int_equal(found(), 0);
	from = was;
	from.bp++; /* nothing is found by it */
	assert_int_equal(found(), LEAF_NODE);
	walk.frames[FRAMES - 1].needs_bp = true;
	recent_walks_add(&recent, &walk, JOINT + 1, &from);
	assert_int_equal(found(), LEAF_NODE);
	from.bp++;
	assert_int_equal(found(), 0);
}

static void another_joint_counts(void **state)
{
	struct unwind_frame *joint = &walk.frames[JOINT];

	(void)state;
	joint->node++;
	assert_int_equal(found(), 0);
	joint->node--;
	joint->sp += 16;
	assert_int_equal(found(), 0);
	joint->sp -= 16;
	joint->bp++;
	assert_int_equal(found(), LEAF_NODE);
	joint->needs_bp = true;
	assert_int_equal(found(), 0);
	joint->bp--;
	assert_int_equal(found(), LEAF_NODE);
}

static void only_what_is_kept_and_fits(void **state)
{
	(void)state;
	memset(&recent, 0, sizeof(recent));
	recent_walks_add(&recent, &walk, 0, &from); /* no joint */
	recent_walks_add(&recent, &walk, FRAMES, &from); /* nothing new */
	assert_int_equal(found(), 0);
	walk.frames[FRAMES - 1].slots = JOINT + RECENT_WALK_SLOTS + 1;
	recent_walks_add(&recent, &walk, JOINT + 1, &from);
	assert_int_equal(found(), 0);
	walk.kept = 0; /* libunwind's */
	recent_walks_add(&recent, &walk, JOINT + 1, &from);
	assert_int_equal(found(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds_it_again, set_up),
		cmocka_unit_test_setup(changed_slots_count, set_up),
		cmocka_unit_test_setup(another_start_counts, set_up),
		cmocka_unit_test_setup(another_joint_counts, set_up),
		cmocka_unit_test_setup(only_what_is_kept_and_fits, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
