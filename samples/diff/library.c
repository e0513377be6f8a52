/* SPDX-License-Identifier: MIT */
/*
 * A shared object that was rebuilt, with comments and with a quarter more in
 * its blocks; the program is the same.
 * library part/codec.c
 * build old -g -O1
 * build new -g -O1
 * expect codec_new kept allocations=1000:1000 bytes_allocated=400000:500000
 */
#include "../sample.h"

void *codec_new(void);
void *codec_table(void);
static SITE void *frame(void) { return keep(malloc(64)); }

int main(void)
{
	for (int i = 0; i < 1000; i++) {
		free(codec_new());
		free(codec_table());
		free(frame());
	}
	return 0;
}
