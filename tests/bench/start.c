/* SPDX-License-Identifier: MIT */
/*
 * start FILE: writes when main began and when it was about to return
 * (CLOCK_MONOTONIC, ns); a thousand allocations in between.
 */
#include "tests/bench/work.h"

#include <stdio.h>
#include <time.h>

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int64_t began = now_ns();
	FILE *out;

	if (argc < 2)
		return 1;
	for (int i = 0; i < 1000; i++)
		free(use(malloc(64)));
	out = fopen(argv[1], "w");
	if (!out)
		return 1;
	fprintf(out, "%jd ", (intmax_t)began);
	fflush(out);
	fprintf(out, "%jd\n", (intmax_t)now_ns());
	return fclose(out) ? 1 : 0;
}
