/* SPDX-License-Identifier: MIT */
/*
 * How much stack a call takes below its caller: paints the stack, calls, and
 * looks how far the paint is gone. 2,000 rounds of malloc(16), realloc to 4,000
 * bytes, free, calloc(2, 24) and free, at 1 to 200 frames, so that some stacks
 * are as before and some are new. With `show` it prints, for each kind of call, what
 * 90 of 100 calls stay under, and the most.
 * expect site rounds allocations=6000 frees=6000 temporary=6000
 * expect site rounds bytes_allocated=8128000 leaked_bytes=0
 */
#include <stdint.h>
#include "sample.h"

#define PAINTED 16384u
#define ROUNDS 2000
#define PAINT 0xa5u

enum kind { MALLOC, REALLOC, FREE, CALLOC, KINDS };
static const char *const names[KINDS] = { "malloc", "realloc", "free",
					  "calloc" };
static uint16_t depths[KINDS][2 * ROUNDS];
static unsigned int counts[KINDS];
static void *block;
static uintptr_t base; /* the frame that calls */

/* Everything below the frame at `from` but what this very call stands on. */
static SITE void paint(uintptr_t from)
{
	for (uintptr_t at = from - PAINTED; at < from - 256; at++)
		*(volatile uint8_t *)at = PAINT;
}

static SITE unsigned int depth(uintptr_t from)
{
	uintptr_t at = from - PAINTED;

	while (at < from - 256 && *(volatile uint8_t *)at == PAINT)
		at++;
	return (unsigned int)(base - at);
}

static SITE void call(enum kind kind)
{
	base = (uintptr_t)__builtin_frame_address(0);
	switch (kind) {
	case MALLOC:
		block = malloc(16);
		break;
	case REALLOC:
		block = realloc(block, 4000);
		break;
	case FREE:
		free(block);
		break;
	default:
		block = calloc(2, 24);
		break;
	}
}

/* call() and what it calls stand where paint() stood: the same depth. */
static SITE void measure(enum kind kind)
{
	uintptr_t from = (uintptr_t)__builtin_frame_address(0);

	paint(from);
	call(kind);
	depths[kind][counts[kind]++] = (uint16_t)depth(from);
}

static SITE void rounds(int frames)
{
	if (frames > 0) {
		rounds(frames - 1);
		keep(&frames);
		return;
	}
	measure(MALLOC);
	measure(REALLOC);
	measure(FREE);
	measure(CALLOC);
	measure(FREE);
}

static int compare(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void show(enum kind kind)
{
	unsigned int n = counts[kind];

	/* qsort() of so few sorts on the stack or in one block. */
	qsort(depths[kind], n, sizeof(depths[kind][0]), compare);
	say(names[kind]);
	say_number(" 90%", depths[kind][n * 9 / 10]);
	say(names[kind]);
	say_number(" most", depths[kind][n - 1]);
}

int main(int argc, char **argv)
{
	for (int i = 0; i < ROUNDS; i++)
		rounds(i * 7 % 200);
	for (int kind = 0; argc > 1 && kind < KINDS; kind++)
		show((enum kind)kind);
	say("measured\n");
	return 0;
}
