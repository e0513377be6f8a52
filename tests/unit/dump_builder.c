/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/dump_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "include/codec.h"
#include "include/crc32c.h"
#include "include/event_encoder.h"

void dump_builder_init(struct dump_builder *b)
{
	crc32c_init();
	memset(b, 0, sizeof(*b));
}

void dump_builder_release(struct dump_builder *b)
{
	if (b->path[0])
		unlink(b->path);
	free(b->bytes);
	memset(b, 0, sizeof(*b));
}

static void append(struct dump_builder *b, const void *bytes, size_t len)
{
	if (b->len + len > b->capacity) {
		b->capacity = (b->len + len) * 2;
		b->bytes = realloc(b->bytes, b->capacity);
		assert_non_null(b->bytes);
	}
	if (len)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
}

void dump_builder_block(struct dump_builder *b,
			const struct dump_block_header *like,
			const void *payload, size_t bytes)
{
	struct dump_block_header header = *like;
	size_t room = ZSTD_compressBound(bytes) + 1;
	uint8_t *stored = malloc(room);

	assert_non_null(stored);
	memcpy(header.magic, DUMP_MAGIC, DUMP_MAGIC_BYTES);
	if (!header.version)
		header.version = DUMP_VERSION;
	header.raw_bytes = (uint32_t)bytes;
	if (b->raw) {
		if (bytes)
			memcpy(stored, payload, bytes);
		header.stored_bytes = (uint32_t)bytes;
	} else {
		header.flags |= DUMP_FLAG_ZSTD;
		header.stored_bytes = (uint32_t)ZSTD_compress(
			stored, room, payload, bytes, 1);
	}
	header.payload_crc = crc32c(0, stored, header.stored_bytes);
	header.sequence = b->sequence++;
	header.header_crc = 0;
	header.header_crc = crc32c(0, &header, sizeof(header));
	append(b, &header, sizeof(header));
	append(b, stored, header.stored_bytes);
	free(stored);
}

static void put(struct dump_builder *b, unsigned int type, unsigned int count,
		const struct codec_writer *w)
{
	struct dump_block_header header = { .type = (uint16_t)type,
					    .count = count };

	assert_false(w->failed);
	dump_builder_block(b, &header, w->start, codec_written(w));
}

void dump_builder_meta(struct dump_builder *b, enum dump_mode mode,
		       uint64_t sample_bytes)
{
	uint8_t bytes[1024];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_tag_bytes(&w, META_PROGRAM, "/bin/program", 12);
	codec_put_tag_bytes(&w, META_ARGUMENT, "program", 7);
	codec_put_tag_bytes(&w, META_ARGUMENT, "a\nb\xff", 4);
	codec_put_tag_varint(&w, META_PID, BUILDER_PID);
	codec_put_tag_varint(&w, META_SESSION, BUILDER_SESSION);
	codec_put_tag_varint(&w, META_START_TICK, 0);
	codec_put_tag_varint(&w, META_CLOCK, CLOCK_UNIT_MONOTONIC_NS);
	codec_put_tag_varint(&w, META_TICK_SHIFT, 10);
	codec_put_tag_varint(&w, META_MODE, mode);
	if (mode == MODE_SAMPLED)
		codec_put_tag_varint(&w, META_SAMPLE_BYTES, sample_bytes);
	codec_put_tag_bytes(&w, 9999, "of a later version", 18);
	put(b, DUMP_META, 1, &w);
}

size_t builder_encode(struct event_encoder *encoder, uint8_t *bytes,
		      const struct event *events, unsigned int count)
{
	struct event_shape shape = { 0 };
	struct codec_writer w;
	uint64_t addresses = 0;

	for (unsigned int i = 0; i < count; i++) {
		addresses |= events[i].address;
		shape.intervals |= events[i].interval_shift != 0;
	}
	shape.address_shift = event_address_shift(addresses);
	codec_writer_init(&w, bytes, EVENT_ENCODER_BYTES(count));
	event_encoder_begin(encoder, &shape);
	assert_int_equal(event_encoder_put(encoder, events, count), count);
	event_encoder_end(encoder, &w);
	assert_false(w.failed);
	return codec_written(&w);
}

void dump_builder_events(struct dump_builder *b, uint32_t thread,
			 const struct event *events, unsigned int count)
{
	struct dump_block_header header = {
		.type = DUMP_EVENTS,
		.thread = thread,
		.count = count,
		.first_tick = UINT64_MAX,
	};
	struct event_encoder *encoder = calloc(1, sizeof(*encoder));
	uint8_t *bytes = malloc(EVENT_ENCODER_BYTES(count));
	size_t len;

	assert_non_null(encoder);
	assert_non_null(bytes);
	event_encoder_init(encoder);
	len = builder_encode(encoder, bytes, events, count);
	for (unsigned int i = 0; i < count; i++) {
		if (events[i].tick < header.first_tick)
			header.first_tick = events[i].tick;
		if (events[i].tick > header.last_tick)
			header.last_tick = events[i].tick;
	}
	dump_builder_block(b, &header, bytes, len);
	free(encoder);
	free(bytes);
}

void dump_builder_stacks(struct dump_builder *b, uint32_t first_id,
			 const struct stack_node *nodes, size_t count)
{
	size_t room = 16 + count * 32;
	uint8_t *bytes = malloc(room);
	struct stack_node previous = { 0 };
	struct codec_writer w;

	assert_non_null(bytes);
	codec_writer_init(&w, bytes, room);
	codec_put_varint(&w, first_id);
	for (size_t i = 0; i < count; i++) {
		if (nodes[i].address == 0) {
			codec_put_varint(&w, 0);
			continue;
		}
		codec_put_varint(&w, first_id + i - nodes[i].parent);
		codec_put_zigzag(&w, (int64_t)nodes[i].module -
					     previous.module);
		codec_put_zigzag(&w, (int64_t)(nodes[i].address -
					       previous.address));
		previous = nodes[i];
	}
	put(b, DUMP_STACKS, (unsigned int)count, &w);
	free(bytes);
}

void dump_builder_module(struct dump_builder *b, uint32_t id, const char *path)
{
	uint8_t bytes[1024];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, id);
	codec_put_varint(&w, 1);
	codec_put_varint(&w, 0x1000 * id);
	codec_put_varint(&w, 0x1000 * id);
	codec_put_varint(&w, 0x1000 * id + 0x800);
	codec_put_bytes(&w, "\x01\x00\x02", 3);
	codec_put_bytes(&w, path, strlen(path));
	codec_put_varint(&w, 1);
	for (unsigned int i = 0; i < 4; i++)
		codec_put_varint(&w, i);
	put(b, DUMP_MODULES, 1, &w);
}

void dump_builder_thread(struct dump_builder *b, uint32_t serial,
			 const char *name)
{
	uint8_t bytes[256];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_u8(&w, THREAD_NAMED);
	codec_put_varint(&w, serial);
	codec_put_varint(&w, 1000 + serial);
	codec_put_varint(&w, 5);
	codec_put_bytes(&w, name, strlen(name));
	put(b, DUMP_THREADS, 1, &w);
}

void dump_builder_usage(struct dump_builder *b, uint64_t tick, uint64_t rss)
{
	uint8_t bytes[256];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, tick);
	codec_put_varint(&w, tick * 1024);
	codec_put_varint(&w, tick * 1024);
	codec_put_varint(&w, rss);
	codec_put_varint(&w, 100);
	for (int i = 0; i < 3; i++)
		codec_put_varint(&w, 0);
	put(b, DUMP_USAGE, 1, &w);
}

void dump_builder_stat(struct dump_builder *b, enum stat_tag tag,
		       uint64_t value)
{
	uint8_t bytes[64];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, tag);
	codec_put_varint(&w, value);
	codec_put_varint(&w, 100000); /* of a later version */
	codec_put_varint(&w, 1);
	put(b, DUMP_STATS, 2, &w);
}

void dump_builder_end(struct dump_builder *b, enum end_reason reason)
{
	uint8_t bytes[64];
	struct codec_writer w;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, reason);
	codec_put_varint(&w, 0);
	put(b, DUMP_END, 1, &w);
}

void dump_builder_save(struct dump_builder *b, const uint8_t *bytes,
		       size_t len)
{
	FILE *file;

	if (!b->path[0]) {
		int fd;

		strcpy(b->path, "/tmp/heapwise-unit.XXXXXX");
		fd = mkstemp(b->path);
		assert_true(fd >= 0);
		close(fd);
	}
	file = fopen(b->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

struct recording *dump_builder_open(struct dump_builder *b)
{
	struct recording *recording;
	struct dump_problem problem;

	dump_builder_save(b, b->bytes, b->len);
	assert_int_equal(recording_open(&recording, b->path, &problem), 0);
	return recording;
}

struct event event_of(unsigned int kind, uint64_t tick, uint64_t address,
		      uint64_t size)
{
	return (struct event){
		.kind = (uint8_t)kind,
		.tick = tick,
		.address = address,
		.size = size,
	};
}

struct event event_alloc(uint64_t tick, uint64_t address, uint64_t size,
			 uint32_t stack)
{
	struct event event = event_of(EVENT_MALLOC, tick, address, size);

	event.stack = stack;
	return event;
}

struct event event_free(uint64_t tick, uint64_t address)
{
	return event_of(EVENT_FREE, tick, address, 0);
}

uint64_t builder_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}
