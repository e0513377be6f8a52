/* SPDX-License-Identifier: MIT */
/* The library of ../library.c; also one site that did not change. */
#include "../../sample.h"

#ifdef OLD
#define STATE 400
#else
#define STATE 500
#endif

void *codec_new(void);
void *codec_table(void);

#ifdef NEW
/* Was not there before, and is not called: all that follows moves. */
SITE int codec_version(void)
{
	return 2;
}
#endif

SITE void *codec_new(void)
{
	return keep(malloc(STATE));
}

SITE void *codec_table(void)
{
	return keep(malloc(256));
}
