/* SPDX-License-Identifier: MIT */
/*
 * What the program's own allocator did, and what it takes to model it: passes
 * every event of each dump named as an argument through the incumbent, and
 * prints how many calls a cache was asked for, how many it served, how many of
 * these figures the addresses corrected, and the ns of CPU time that an event
 * took, less the replay's own: medians of five. Exit status 1: a dump has no
 * incumbent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/advice/incumbent.h"
#include "analyzer/recording.h"
#include "analyzer/replay.h"

#define ROUNDS 5

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void allocated(void *context, const struct replay_step *step)
{
	incumbent_allocated(context, step);
}

static void released(void *context, const struct replay_step *step)
{
	incumbent_released(context, step);
}

static void restored(void *context, const struct replay_step *step)
{
	incumbent_restored(context, step);
}

static double replay_ns(struct recording *recording, struct incumbent *in)
{
	struct replay_sink sink = { .context = in };
	struct replay_counts counts;
	double begin = now_ns();

	if (in) {
		sink.allocated = allocated;
		sink.released = released;
		sink.restored = restored;
	}
	replay_run(recording, &sink, &counts, NULL);
	return (now_ns() - begin) / (double)(counts.events + !counts.events);
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* What the incumbent adds to an event; its totals go into *totals. */
static double measure(struct recording *recording,
		      struct incumbent_totals *totals)
{
	double ns[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		struct incumbent *in = incumbent_new(recording);

		ns[i] = -replay_ns(recording, NULL);
		ns[i] += replay_ns(recording, in);
		*totals = incumbent_totals(in);
		incumbent_free(in);
	}
	qsort(ns, ROUNDS, sizeof(ns[0]), by_value);
	return ns[ROUNDS / 2];
}

static int show(const char *path)
{
	struct incumbent_totals totals;
	struct dump_problem problem;
	struct recording *recording;
	struct incumbent *in;
	double ns;

	if (recording_open(&recording, path, &problem) < 0)
		return 2;
	in = incumbent_new(recording);
	if (!in) {
		printf("%s: no incumbent\n", path);
		recording_free(recording);
		return 1;
	}
	incumbent_free(in);
	ns = measure(recording, &totals);
	printf("%s calls %" PRIu64 " hits %" PRIu64 " corrected %" PRIu64
	       " ns %.1f\n", path, totals.calls, totals.hits, totals.corrected, ns);
	recording_free(recording);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		int one = show(argv[i]);

		status = one > status ? one : status;
	}
	return status;
}
