/* SPDX-License-Identifier: MIT */
/* What a walk reads: nothing outside the stack, nothing that is not mapped,
 * whatever changes meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sys/mman.h>

#include "preload/arena.h"
#include "preload/loader.h"
#include "preload/modules.h"
#include "preload/ring.h"
#include "preload/rules.h"
#include "preload/stacks.h"
#include "preload/unwind.h"

#define PAGE 4096u
#define WALKS 20000
#define DEPTH 300 /* frames, so that checking them takes a while */

extern void *__libc_stack_end;

static struct unwind *walk;
static struct stacks_cache cache;

static int set_up(void **state)
{
	(void)state;
	walk = arena_map(sizeof(*walk));
	loader_init();
	modules_init();
	return !walk || ring_create("/nowhere", "/nowhere/ring") ||
	       rules_init() || unwind_init() || stacks_init();
}

__attribute__((noinline)) static struct unwind_start here(void)
{
	const uintptr_t *frame = __builtin_frame_address(0);
	struct unwind_start start = {
		.ip = frame[1],
		.sp = (uintptr_t)(frame + 2),
		.bp = frame[0],
	};

	return start;
}

__attribute__((noinline)) static void walk_and_keep(struct unwind_start *start)
{
	walk->stack.high = (uintptr_t)__libc_stack_end;
	walk->stack.low = walk->stack.high - (8u << 20);
	*start = here();
	unwind_walk(walk, start);
	stacks_intern(&cache, walk);
	assert_int_equal(walk->end, UNWIND_WHOLE);
	assert_true(walk->kept > 3);
}

static void stays_below_the_stack_s_end(void **state)
{
	struct unwind_start start;
	uintptr_t end;

	(void)state;
	walk_and_keep(&start);
	/* a stack that ends with a frame whose caller can be unwound, too */
	end = walk->frames[walk->kept - 3].sp;
	walk->stack.high = end;
	unwind_forget(walk);
	start = here();
	unwind_walk(walk, &start);
	assert_false(walk->by_rules);
}

static void keeps_nothing_of_an_unknown_stack(void **state)
{
	struct unwind_start start;

	(void)state;
	walk_and_keep(&start);
	walk->stack = (struct stack_bounds){ 0, 0 };
	start = here();
	unwind_walk(walk, &start);
	assert_int_equal(walk->end, UNWIND_WHOLE);
	assert_false(walk->by_rules);
}

struct flip {
	uintptr_t word;
	bool stop;
};

/* What others do to their words is no business of the walker's. */
__attribute__((no_sanitize("thread"))) static void *flip(void *argument)
{
	struct flip *f = argument;

	while (!__atomic_load_n(&f->stop, __ATOMIC_RELAXED))
		__atomic_xor_fetch(&f->word, 1, __ATOMIC_RELAXED);
	return NULL;
}

/* A word that another thread changes and changes back, where the last walk
 * read: no walk may look beyond the slots that are kept. */
__attribute__((noinline)) static void walk_again(struct flip *f)
{
	for (int i = 0; i < WALKS; i++) {
		struct unwind_start start = here();
		unsigned int slots;

		unwind_walk(walk, &start);
		stacks_intern(&cache, walk);
		slots = walk->frames[walk->kept - 1].slots;
		/* the last slot of all, and behind it none */
		walk->slots[slots - 1].at = &f->word;
		walk->slots[slots - 1].value = 0;
		walk->slots[slots] = (struct unwind_slot){ NULL, 0 };
	}
}

__attribute__((noinline)) static int deep(struct flip *f, int frames)
{
	if (frames == 0)
		walk_again(f);
	else
		frames += deep(f, frames - 1);
	__asm__ volatile("" : : : "memory");
	return frames;
}

static void slots_may_change_back(void **state)
{
	struct flip f = { .word = 0 };
	struct unwind_start start;
	pthread_t thread;

	(void)state;
	walk_and_keep(&start);
	pthread_create(&thread, NULL, flip, &f);
	deep(&f, DEPTH);
	__atomic_store_n(&f.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal(walk->end, UNWIND_WHOLE);
}

/* A stack other than the thread's own may be empty up to its very end. */
static void asks_for_the_page_above_an_empty_stack(void **state)
{
	const struct stack_bounds unknown = { 0, 0 };
	uint8_t *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t end = (uintptr_t)pages + PAGE;
	struct stack_memory memory = stack_memory_from(&unknown, end);
	uintptr_t word;

	(void)state;
	assert_true(pages != MAP_FAILED);
	assert_int_equal(munmap(pages + PAGE, PAGE), 0);
	assert_false(stack_memory_read(&memory, end, &word));
	assert_false(stack_memory_read(&memory, end + 8, &word));
	assert_true(stack_memory_read(&memory, end - 8, &word));
	munmap(pages, PAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stays_below_the_stack_s_end),
		cmocka_unit_test(keeps_nothing_of_an_unknown_stack),
		cmocka_unit_test(slots_may_change_back),
		cmocka_unit_test(asks_for_the_page_above_an_empty_stack),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
