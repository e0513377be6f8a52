/* SPDX-License-Identifier: MIT */
/*
 * Builds dumps in memory for tests of the analyzer, block by block, right or
 * wrong, and saves them to temporary files.
 */
#ifndef TESTS_UNIT_DUMP_BUILDER_H
#define TESTS_UNIT_DUMP_BUILDER_H

#include "analyzer/recording.h"
#include "include/event_encoder.h"

#define BUILDER_PID 4242
#define BUILDER_SESSION 77
#define BUILDER_PATH_MAX 256

struct dump_builder {
	uint8_t *bytes;
	size_t len, capacity;
	uint64_t sequence;
	bool raw; /* the next blocks are not compressed */
	char path[BUILDER_PATH_MAX]; /* where it was saved, or "" */
};

void dump_builder_init(struct dump_builder *b);
/* Frees it and removes its file. */
void dump_builder_release(struct dump_builder *b);

/* Any block; header fields that are 0 in `like` are filled in. */
void dump_builder_block(struct dump_builder *b,
			const struct dump_block_header *like,
			const void *payload, size_t bytes);
/* mode: enum dump_mode; sample_bytes only if sampled. A tick is 1024 ns. */
void dump_builder_meta(struct dump_builder *b, enum dump_mode mode,
		       uint64_t sample_bytes);
/* The payload of an EVENTS block into `bytes`, EVENT_ENCODER_BYTES(count) of
 * them; its length. */
size_t builder_encode(struct event_encoder *encoder, uint8_t *bytes,
		      const struct event *events, unsigned int count);
void dump_builder_events(struct dump_builder *b, uint32_t thread,
			 const struct event *events, unsigned int count);
/* Nodes with consecutive ids from first_id on; address 0 is a hole. */
void dump_builder_stacks(struct dump_builder *b, uint32_t first_id,
			 const struct stack_node *nodes, size_t count);
void dump_builder_module(struct dump_builder *b, uint32_t id, const char *path);
void dump_builder_thread(struct dump_builder *b, uint32_t serial,
			 const char *name);
void dump_builder_usage(struct dump_builder *b, uint64_t tick, uint64_t rss);
void dump_builder_stat(struct dump_builder *b, enum stat_tag tag,
		       uint64_t value);
void dump_builder_end(struct dump_builder *b, enum end_reason reason);

/* Writes the first len bytes to b->path (made if there is none). */
void dump_builder_save(struct dump_builder *b, const uint8_t *bytes,
		       size_t len);
/* Saves all of it and opens it; the test fails if that fails. */
struct recording *dump_builder_open(struct dump_builder *b);

/* Events, in short. */
struct event event_alloc(uint64_t tick, uint64_t address, uint64_t size,
			 uint32_t stack);
struct event event_free(uint64_t tick, uint64_t address);
struct event event_of(unsigned int kind, uint64_t tick, uint64_t address,
		      uint64_t size);

/* Repeatable numbers. */
uint64_t builder_random(uint64_t *state);

#endif
