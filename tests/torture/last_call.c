/* SPDX-License-Identifier: MIT */
/*
 * A return address may be the first of another function: last() ends in a call
 * that does not return, and next() stands behind it. The stack says last().
 * next_by_hand() begins at the very address, with another frame: who called
 * last_by_hand() is found all the same.
 * Tail calls leave no frame: by_jump() is not there, its caller is.
 * build -O2 -fno-reorder-functions -fno-toplevel-reorder -foptimize-sibling-calls
 * expect total allocations=140
 * expect site last allocations=30 bytes_allocated=270
 * expect site next allocations=0
 * expect site last_by_hand allocations=20 bytes_allocated=180
 * expect site calls_last allocations=20 bytes_allocated=180
 * expect site next_by_hand allocations=0
 * expect site by_jump allocations=0
 * expect site caller allocations=40 bytes_allocated=480
 * expect site xmalloc allocations=50 bytes_allocated=650
 * expect site wrapped allocations=50 bytes_allocated=650
 */
#include <setjmp.h>
#include "samples/sample.h"

static jmp_buf out;

static SITE __attribute__((noreturn)) void leave(void)
{
	keep(malloc(9));
	longjmp(out, 1);
}

SITE void last(void)
{
	leave();
}

SITE void next(void)
{
	say("");
}

void last_by_hand(void);
void leave_for_hand(void);
__asm__(".text\n.globl last_by_hand\n.type last_by_hand, @function\n"
	"last_by_hand:\n\t.cfi_startproc\n\t"
	"sub $0x28, %rsp\n\t.cfi_def_cfa_offset 48\n\t"
	"call leave_for_hand\n\t.cfi_endproc\n"
	".size last_by_hand, . - last_by_hand\n"
	".globl next_by_hand\n.type next_by_hand, @function\n"
	"next_by_hand:\n\t.cfi_startproc\n\tret\n\t.cfi_endproc\n"
	".size next_by_hand, . - next_by_hand\n");

SITE __attribute__((noreturn)) void leave_for_hand(void)
{
	leave();
}

static SITE void calls_last(void)
{
	if (!setjmp(out))
		last_by_hand();
}

static SITE void *by_jump(size_t bytes)
{
	return malloc(bytes);
}

static SITE void *caller(void)
{
	return keep(by_jump(12));
}

static SITE void *xmalloc(size_t bytes)
{
	void *p = malloc(bytes);

	if (!p)
		abort();
	return keep(p);
}

static SITE void *wrapped(void)
{
	return keep(xmalloc(13));
}

int main(void)
{
	volatile int i;

	for (i = 0; i < 30; i++)
		if (!setjmp(out))
			last();
	next();
	for (i = 0; i < 20; i++)
		calls_last();
	for (i = 0; i < 40; i++)
		free(caller());
	for (i = 0; i < 50; i++)
		free(wrapped());
	say("done\n");
	return 0;
}
