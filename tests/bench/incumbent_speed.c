/* SPDX-License-Identifier: MIT */
/*
 * What the program's own allocator did, and what it takes to model it: passes
 * every event of each dump named as an argument through the incumbent, and
 * prints how many calls a cache was asked for, how many it served, how many of
 * these figures the addresses corrected, and the ns that an event took, less
 * the replay's own. Exit status 1: a dump has no incumbent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/advice/incumbent.h"
#include "analyzer/recording.h"
#include "analyzer/replay.h"

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
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

static int show(const char *path)
{
	struct incumbent_totals totals;
	struct dump_problem problem;
	struct recording *recording;
	struct incumbent *in;
	double bare, with;

	if (recording_open(&recording, path, &problem) < 0)
		return 2;
	in = incumbent_new(recording);
	if (!in) {
		printf("%s: no incumbent\n", path);
		recording_free(recording);
		return 1;
	}
	bare = replay_ns(recording, NULL);
	with = replay_ns(recording, in);
	totals = incumbent_totals(in);
	printf("%s calls %" PRIu64 " hits %" PRIu64 " corrected %" PRIu64
	       " ns %.1f\n", path, totals.calls, totals.hits, totals.corrected,
	       with - bare);
	incumbent_free(in);
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
