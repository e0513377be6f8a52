/* SPDX-License-Identifier: MIT */
#include "preload/series.h"

#include <string.h>

#include "preload/clock.h"

#define SAMPLE_FLOW_NS 10000000u
#define SAMPLE_IDLE_NS 1000000000u
#define FLUSH_NS 100000000u /* a target that is killed loses no more */
#define STATS_NS 1000000000u

void series_init(struct series *s, series_usage_function *usage, int pid)
{
	memset(s, 0, sizeof(*s));
	s->usage = usage;
	s->pid = pid;
}

static uint64_t stat_now(const struct ring_header *ring, enum stat_tag tag)
{
	return __atomic_load_n(&ring->stats[tag], __ATOMIC_RELAXED);
}

/* A process that is gone is as it was when it was last seen. */
static void sample(struct series *s, struct writer *w,
		   const struct series_moment *moment)
{
	const struct usage_sample *previous =
		s->count ? &s->samples[s->count - 1] : &s->samples[0];
	struct usage_sample now = *previous;
	int ret;

	ret = s->usage(&now, s->pid);
	if (ret < 0 && s->sampled_ns == 0)
		memset(&now, 0, sizeof(now));
	now.tick = moment->tick;
	now.monotonic_ns = moment->monotonic_ns;
	now.realtime_ns = clock_ns(CLOCK_REALTIME);
	now.recorder_bytes =
		__atomic_load_n(&w->ring->recorder_bytes, __ATOMIC_RELAXED);
	now.drain_ns = stat_now(w->ring, STAT_DRAIN_CPU_NS);
	if (s->count == SERIES_SAMPLES_MAX)
		s->count--; /* nothing could be written: keep the newest */
	s->samples[s->count++] = now;
	s->sampled_ns = moment->monotonic_ns;
	w->ring->last_usage_tick = moment->tick;
}

static int write_usage(struct series *s, struct writer *w)
{
	struct codec_writer *payload = writer_begin(w);
	struct writer_block block = {
		.type = DUMP_USAGE,
		.count = s->count,
		.first_tick = s->samples[0].tick,
		.last_tick = s->samples[s->count - 1].tick,
	};
	int ret;

	for (unsigned int i = 0; i < s->count; i++)
		payload_put_usage(payload, &s->samples[i]);
	ret = writer_append(w, &block);
	if (ret < 0)
		return ret;
	s->samples[0] = s->samples[s->count - 1];
	s->count = 0;
	return 0;
}

static uint64_t hash_stats(const struct ring_header *ring)
{
	uint64_t hash = 1;

	for (int tag = 1; tag <= STAT_COUNT; tag++)
		if (tag != STAT_DRAIN_CPU_NS) /* it alone is no news */
			hash = (hash ^ stat_now(ring, (enum stat_tag)tag)) *
			       0x9e3779b97f4a7c15u;
	return hash;
}

static int write_stats(struct series *s, struct writer *w,
		       const struct series_moment *moment)
{
	uint64_t hash = hash_stats(w->ring);
	struct writer_block block = {
		.type = DUMP_STATS,
		.first_tick = moment->tick,
		.last_tick = moment->tick,
	};
	int ret;

	if (!moment->last && hash == s->stats_hash)
		return 0;
	payload_put_stats(writer_begin(w), w->ring->stats);
	ret = writer_append(w, &block);
	if (ret < 0)
		return ret;
	s->stats_hash = hash;
	s->stats_ns = moment->monotonic_ns;
	return 0;
}

int series_write(struct series *s, struct writer *w,
		 const struct series_moment *moment)
{
	uint64_t now = moment->monotonic_ns;
	bool first = s->sampled_ns == 0;
	int ret = 0;
	int stats_ret = 0;

	if (s->usage &&
	    (first || moment->last ||
	     now - s->sampled_ns >=
		     (moment->flow ? SAMPLE_FLOW_NS : SAMPLE_IDLE_NS)))
		sample(s, w, moment);
	if (s->count &&
	    (first || moment->last || s->count == SERIES_SAMPLES_MAX ||
	     now - s->flushed_ns >= FLUSH_NS)) {
		ret = write_usage(s, w);
		s->flushed_ns = now;
	}
	if (moment->last || now - s->stats_ns >= STATS_NS)
		stats_ret = write_stats(s, w, moment);
	return ret < 0 ? ret : stats_ret;
}
