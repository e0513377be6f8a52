/* SPDX-License-Identifier: MIT */
/*
 * As many calls of as many bytes, but by another function of another part of
 * the program: neither of them is the other.
 * expect parse gone allocations=2000:0 bytes_allocated=128000:0
 * expect render new allocations=0:2000 bytes_allocated=0:128000
 */
#include "../sample.h"

static SITE void *parse(void) { return keep(malloc(64)); }
static SITE void *render(void) { return keep(malloc(64)); }

static SITE void input(void)
{
	free(parse());
}

static SITE void output(void)
{
	free(render());
}

int main(void)
{
	for (int i = 0; i < 2000; i++) {
#ifdef OLD
		input();
#else
		output();
#endif
	}
	return 0;
}
