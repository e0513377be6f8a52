/* SPDX-License-Identifier: MIT */
/*
 * Two files, built apart and then by link-time optimisation, which inlines
 * across them. Nothing changed.
 * build old -g -O2 part/moved.c
 * build new -g -O2 -flto part/moved.c
 */
#include "../sample.h"

void *moved(void);

static __attribute__((noinline)) void *outer(void)
{
	return keep(moved());
}

int main(void)
{
	for (int i = 0; i < 1500; i++)
		free(outer());
	return 0;
}
