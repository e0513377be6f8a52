/* SPDX-License-Identifier: MIT */
/*
 * Generated code that keeps frame pointers, as most compilers at run time do, two
 * functions deep: callers are found through it. And generated code that uses
 * RBP for numbers and addresses of its own: nothing is made up of these, and
 * what calls it is unknown.
 * expect total allocations=4000 bytes_allocated=130000
 * expect site through allocations=2000 bytes_allocated=90000
 * expect site numbers allocations=0
 * expect site astray allocations=0
 * expect lost leaf_only_stacks failed_unwinds
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include "samples/sample.h"

typedef void *function(size_t);

/* movabs $target, %rax; call *%rax */
static unsigned char *put_call(unsigned char *at, const void *target)
{
	*at++ = 0x48, *at++ = 0xb8;
	memcpy(at, &target, 8);
	at += 8;
	*at++ = 0xff, *at++ = 0xd0;
	return at;
}

/* push %rbp; mov %rsp, %rbp; call; pop %rbp; ret */
static unsigned char *put_framed(unsigned char *at, const void *target)
{
	*at++ = 0x55, *at++ = 0x48, *at++ = 0x89, *at++ = 0xe5;
	at = put_call(at, target);
	*at++ = 0x5d, *at++ = 0xc3;
	return at;
}

/* push %rbp; movabs $value, %rbp, or lea -offset(%rsp), %rbp; call; pop; ret */
static unsigned char *put_other(unsigned char *at, unsigned long value,
				const void *target)
{
	*at++ = 0x55;
	if (value) {
		*at++ = 0x48, *at++ = 0xbd;
		memcpy(at, &value, 8);
		at += 8;
	} else {
		*at++ = 0x48, *at++ = 0x8d, *at++ = 0x6c, *at++ = 0x24;
		*at++ = 0xf8;
	}
	at = put_call(at, target);
	*at++ = 0x5d, *at++ = 0xc3;
	return at;
}

static SITE void through(function *f)
{
	for (int i = 0; i < 2000; i++)
		free(keep(f(45)));
}

static SITE void numbers(function *f)
{
	for (int i = 0; i < 1000; i++)
		free(keep(f(20)));
}

static SITE void astray(function *f)
{
	for (int i = 0; i < 1000; i++)
		free(keep(f(20)));
}

int main(void)
{
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *inner = page, *outer, *number, *below, *end;
	void *(*real)(size_t) = malloc;

	if (page == MAP_FAILED)
		_exit(77);
	outer = put_framed(inner, (void *)real);
	number = put_framed(outer, inner);
	below = put_other(number, 0x123456789, (void *)real);
	end = put_other(below, 0, (void *)real);
	if (end > page + 4096 || mprotect(page, 4096, PROT_READ | PROT_EXEC))
		_exit(77);
	through((function *)outer);
	numbers((function *)number);
	astray((function *)below);
	say("done\n");
	return 0;
}
