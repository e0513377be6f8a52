/* SPDX-License-Identifier: MIT */
/* Every form of a near call, by its bytes; what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/call_site.h"

#define NOP 0x90

/* The instruction, with no-operations before it. */
static bool ends(size_t bytes, const uint8_t *code)
{
	uint8_t before[CALL_SITE_BYTES];

	memset(before, NOP, sizeof(before));
	memcpy(before + sizeof(before) - bytes, code, bytes);
	return call_site_ends(before);
}

#define ENDS(...) \
	ends(sizeof((uint8_t[]){ __VA_ARGS__ }), (uint8_t[]){ __VA_ARGS__ })

static void knows_calls(void **state)
{
	(void)state;
	assert_true(ENDS(0xe8, 1, 2, 3, 4));		   /* call x */
	assert_true(ENDS(0xff, 0xd0));			   /* *%rax */
	assert_true(ENDS(0x41, 0xff, 0xd7));		   /* *%r15 */
	assert_true(ENDS(0xff, 0x10));			   /* *(%rax) */
	assert_true(ENDS(0xff, 0x14, 0x24));		   /* *(%rsp) */
	assert_true(ENDS(0xff, 0x50, 0x18));		   /* *0x18(%rax) */
	assert_true(ENDS(0xff, 0x54, 0x24, 0x08));	   /* *8(%rsp) */
	assert_true(ENDS(0xff, 0x15, 1, 2, 3, 4));	   /* *x(%rip) */
	assert_true(ENDS(0xff, 0x93, 1, 2, 3, 4));	   /* *x(%rbx) */
	assert_true(ENDS(0xff, 0x14, 0xc5, 1, 2, 3, 4));   /* *x(,%rax,8) */
	assert_true(ENDS(0xff, 0x94, 0xc3, 1, 2, 3, 4));   /* *x(%rbx,%rax,8) */
	assert_true(ENDS(0x41, 0xff, 0x54, 0x24, 0x10));   /* *16(%r12) */
}

static void knows_what_is_none(void **state)
{
	(void)state;
	assert_false(ENDS(NOP));
	assert_false(ENDS(0xe9, 1, 2, 3, 4));	     /* jmp x */
	assert_false(ENDS(0xe8, 1, 2, 3));	     /* cut short */
	assert_false(ENDS(0xff, 0xe0));		     /* jmp *%rax */
	assert_false(ENDS(0xff, 0xd0, NOP));	     /* behind the call's end */
	assert_false(ENDS(0xff, 0x50));		     /* before its end */
	assert_false(ENDS(0xff, 0x54, 0x24));
	assert_false(ENDS(0xff, 0x15, 1, 2, 3));
	assert_false(ENDS(0xff, 0x14));
	assert_false(ENDS(0x55, 0x48, 0x89, 0xe5));  /* a function's start */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_calls),
		cmocka_unit_test(knows_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
