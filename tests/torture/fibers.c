/* SPDX-License-Identifier: MIT */
/*
 * Coroutines by hand: a switch of eight instructions, without a word about how
 * to unwind it, on stacks from mmap, which are unmapped and mapped again, and
 * on stacks from malloc, which are freed. 40 coroutines, one after the other and
 * most of them at the same address, take 100 turns each, with a block of 31
 * bytes in each turn; 41 bytes by the main stack between two turns.
 * expect site turn allocations=4000 bytes_allocated=124000 leaked_bytes=0
 * expect site between allocations=4000 bytes_allocated=164000 leaked_bytes=0
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include "samples/sample.h"

#define STACK 65536

void switch_stacks(void **save, void *to);
__asm__(".text\n.globl switch_stacks\nswitch_stacks:\n\t"
	"push %rbp\n\tpush %rbx\n\tpush %r12\n\tpush %r13\n\tpush %r14\n\t"
	"push %r15\n\tmov %rsp, (%rdi)\n\tmov %rsi, %rsp\n\t"
	"pop %r15\n\tpop %r14\n\tpop %r13\n\tpop %r12\n\tpop %rbx\n\t"
	"pop %rbp\n\tret\n");

static void *main_stack, *fiber;

static SITE void turn(void)
{
	free(keep(malloc(31)));
}

static void body(void)
{
	for (;;) {
		turn();
		switch_stacks(&fiber, main_stack);
	}
}

static SITE void between(void)
{
	free(keep(malloc(41)));
}

static void run(char *stack)
{
	void **top = (void **)(stack + STACK - 16);

	*--top = NULL;
	*--top = (void *)body;
	top -= 6;
	memset(top, 0, 6 * sizeof(*top));
	fiber = top;
	for (int i = 0; i < 100; i++) {
		switch_stacks(&main_stack, fiber);
		between();
	}
}

int main(void)
{
	for (int i = 0; i < 20; i++) {
		char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		run(stack);
		munmap(stack, STACK);
		stack = malloc(STACK);
		run(stack);
		free(stack);
	}
	say("done\n");
	return 0;
}
