/* SPDX-License-Identifier: MIT */
/*
 * A parser of 1,000 lines that retries one in ten: 10% more tokens. A compiler
 * may make several calls of the one; still no more than one block is live.
 * expect token kept allocations=5000:5500 only=calls,bytes,temporary
 * expect token kept bytes_allocated=240000:264000
 */
#include "../sample.h"

static SITE void *token(void) { return keep(malloc(48)); }
static SITE void *line(void) { return keep(malloc(200)); }

static SITE void parse(void)
{
	for (int i = 0; i < 5; i++)
		free(token());
}

int main(void)
{
	for (int i = 0; i < 1000; i++) {
		void *text = line();
		int tries = 1;

#ifdef NEW
		if (i % 10 == 0)
			tries = 2;
#endif
		while (tries--)
			parse();
		free(text);
	}
	return 0;
}
