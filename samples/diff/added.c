/* SPDX-License-Identifier: MIT */
/*
 * A word counter that begins to keep each word in lower case beside it.
 * expect word may temporary=1:0
 * expect lower new allocations=0:2000 bytes_allocated=0:64000 leaked_bytes=0:0
 */
#include "../sample.h"

static SITE char *word(int i)
{
	char *text = malloc(24);

	memset(text, 'A' + i % 26, 23);
	text[23] = 0;
	return keep(text);
}

static SITE char *lower(const char *text)
{
	char *copy = malloc(32);

	strcpy(copy, text);
	return keep(copy);
}

int main(void)
{
	static char *words[2000], *lowered[2000];

	for (int i = 0; i < 2000; i++) {
		words[i] = word(i);
#ifdef NEW
		lowered[i] = lower(words[i]);
#endif
	}
	for (int i = 0; i < 2000; i++) {
		free(words[i]);
		free(lowered[i]);
	}
	return lower != 0 ? 0 : 1;
}
