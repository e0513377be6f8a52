/* SPDX-License-Identifier: MIT */
/*
 * Two coroutines by makecontext, on stacks of their own, which take turns 500
 * times; each turn allocates 70 bytes in one and frees them in the other.
 * Then their stacks are unmapped, and the same is done again at (most likely)
 * the same addresses: 20 times in all.
 * expect total allocations=10000 frees=10000 bytes_allocated=700000
 * expect site giver allocations=10000 bytes_allocated=700000
 */
#include <sys/mman.h>
#include <ucontext.h>
#include "sample.h"

#define STACK_BYTES (64 << 10)

static ucontext_t main_context, give_context, take_context;
static void *handed;

static SITE void giver(void)
{
	for (int i = 0; i < 500; i++) {
		handed = keep(malloc(70));
		swapcontext(&give_context, &take_context);
	}
}

static SITE void taker(void)
{
	for (int i = 0; i < 500; i++) {
		free(handed);
		swapcontext(&take_context, &give_context);
	}
}

static void *enter(ucontext_t *context, void (*function)(void))
{
	void *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	getcontext(context);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = STACK_BYTES;
	context->uc_link = &main_context;
	makecontext(context, function, 0);
	return stack;
}

int main(void)
{
	for (int i = 0; i < 20; i++) {
		void *one = enter(&give_context, giver);
		void *two = enter(&take_context, taker);

		swapcontext(&main_context, &give_context);
		munmap(one, STACK_BYTES);
		munmap(two, STACK_BYTES);
	}
	say("took turns\n");
	return 0;
}
