/* SPDX-License-Identifier: MIT */
/*
 * The payloads of blocks that are not columns of events or parts of the stack
 * tree: one function each. All put into a cursor, whose `failed` says whether
 * there was room. No allocation, no system call.
 */
#ifndef PRELOAD_PAYLOADS_H
#define PRELOAD_PAYLOADS_H

#include "include/codec.h"
#include "include/ring_format.h"

/* META: strings may be NULL, numbers 0: such a field is left out. */
struct payload_meta {
	const char *program;
	const char *const *arguments; /* argument_count of them */
	int argument_count;
	int pid;
	int parent_pid;
	const char *host;
	const char *directory;
	const char *ring; /* path of the ring file */
	const char *allocator;
	const char *allocator_version;
	const char *tunables;
	const char *unseen_allocator;
	uint64_t empty_pair;
	uint64_t start_tick;
	uint64_t start_monotonic_ns;
	uint64_t start_realtime_ns;
	uint64_t sample_bytes;
	uint64_t seed;
	uint64_t session;
	uint32_t free_stacks; /* always put, 0 means none */
	uint32_t details;     /* likewise */
	uint32_t tick_shift;
	enum dump_clock clock;
	enum dump_mode mode;
	enum dump_on_full on_full;
	enum dump_drainer drainer;
	int forked;
	uint64_t page_bytes;
};

/* One sample of the USAGE series; include/README.md says what each is. */
struct usage_sample {
	uint64_t tick;
	uint64_t monotonic_ns;
	uint64_t realtime_ns;
	uint64_t rss_bytes;
	uint64_t recorder_bytes;
	uint64_t user_ns;
	uint64_t system_ns;
	uint64_t drain_ns;
};

void payload_put_meta(struct codec_writer *w, const struct payload_meta *meta);
void payload_put_usage(struct codec_writer *w, const struct usage_sample *s);
/* All counters that are not 0. */
void payload_put_stats(struct codec_writer *w, const uint64_t *stats);
/* A checked module record with its path. */
void payload_put_module(struct codec_writer *w,
			const struct ring_module *module);
/* An EVENT_THREAD_NAME event. */
void payload_put_thread(struct codec_writer *w, uint32_t serial,
			const struct ring_event *event);
/* END without an index. */
void payload_put_end(struct codec_writer *w, enum end_reason reason);

#endif
