/* SPDX-License-Identifier: MIT */
#include "preload/side_stack.h"

#include <stddef.h>

#include "preload/arena.h"

#define STACKS 8
#define STACK_BYTES (128u << 10)

static struct side_stack {
	uint8_t *memory; /* atomic; set once */
	uint32_t taken;	 /* atomic */
} stacks[STACKS];

static void call_on(void (*function)(void *), void *argument, uint8_t *top)
{
	__asm__ volatile("movq %%rsp, %%rbx\n\t"
			 "movq %[top], %%rsp\n\t"
			 "callq *%[function]\n\t"
			 "movq %%rbx, %%rsp"
			 : "+D"(argument)
			 : [top] "r"(top), [function] "r"(function)
			 : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9",
			   "r10", "r11", "memory", "cc"
#ifdef __SSE__
			   , "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
			   "xmm12", "xmm13", "xmm14", "xmm15"
#endif
	);
}

/* Otherwise valgrind warns that a thread went far away, or, if it is not far, takes
 * the way for a frame. This is its call VG_USERREQ__STACK_REGISTER (valgrind.h),
 * and nothing anywhere else. */
static void tell_valgrind(const uint8_t *lowest)
{
	uint64_t request[6] = { 0x1501, (uintptr_t)lowest,
				(uintptr_t)lowest + STACK_BYTES };
	uint64_t answer = 0;

	__asm__ volatile("rolq $3, %%rdi\n\t"
			 "rolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi\n\t"
			 "rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(request)
			 : "memory", "cc");
}

static struct side_stack *take(void)
{
	for (int i = 0; i < STACKS; i++) {
		if (__atomic_exchange_n(&stacks[i].taken, 1, __ATOMIC_ACQUIRE))
			continue;
		if (!stacks[i].memory) {
			stacks[i].memory = arena_map(STACK_BYTES);
			if (stacks[i].memory)
				tell_valgrind(stacks[i].memory);
		}
		if (stacks[i].memory)
			return &stacks[i];
		__atomic_store_n(&stacks[i].taken, 0, __ATOMIC_RELEASE);
	}
	return NULL;
}

bool side_stack_call(void (*function)(void *), void *argument)
{
	struct side_stack *stack = take();

	if (!stack)
		return false;
	call_on(function, argument, stack->memory + STACK_BYTES);
	__atomic_store_n(&stack->taken, 0, __ATOMIC_RELEASE);
	return true;
}

void side_stack_after_fork(void)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	for (int i = 0; i < STACKS; i++)
		if (here - (uintptr_t)stacks[i].memory >= STACK_BYTES)
			stacks[i].taken = 0;
}
