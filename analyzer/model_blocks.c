/* SPDX-License-Identifier: MIT */
#include "analyzer/model_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "include/codec.h"

#define ARGUMENTS_MAX 4096 /* the recorder keeps 256 */
#define SEGMENTS_MAX 4096

static char *get_string(struct codec_reader *r)
{
	size_t len;
	const uint8_t *bytes = codec_get_bytes(r, &len);

	return xstrndup((const char *)bytes, len);
}

/* Where META's strings and numbers go, by tag. */
static char **meta_string(struct model_meta *meta, uint64_t tag)
{
	switch (tag) {
	case META_PROGRAM:
		return &meta->program;
	case META_HOST:
		return &meta->host;
	case META_ALLOCATOR:
		return &meta->allocator;
	case META_ALLOCATOR_VERSION:
		return &meta->allocator_version;
	case META_TUNABLES:
		return &meta->tunables;
	case META_UNSEEN_ALLOCATOR:
		return &meta->unseen_allocator;
	case META_RING:
		return &meta->ring_path;
	case META_VERSION:
		return &meta->version;
	case META_DIRECTORY:
		return &meta->directory;
	default:
		return NULL;
	}
}

static uint64_t *meta_number(struct model_meta *meta, uint64_t tag)
{
	uint64_t *const numbers[] = {
		[META_PID] = &meta->pid,
		[META_PARENT_PID] = &meta->parent_pid,
		[META_START_TICK] = &meta->start_tick,
		[META_START_MONOTONIC_NS] = &meta->start_monotonic_ns,
		[META_START_REALTIME_NS] = &meta->start_realtime_ns,
		[META_CLOCK] = &meta->clock,
		[META_TICK_SHIFT] = &meta->tick_shift,
		[META_MODE] = &meta->mode,
		[META_SAMPLE_BYTES] = &meta->sample_bytes,
		[META_SEED] = &meta->seed,
		[META_FREE_STACKS] = &meta->free_stacks,
		[META_DETAILS] = &meta->details,
		[META_ON_FULL] = &meta->on_full,
		[META_DRAINER] = &meta->drainer,
		[META_FORKED] = &meta->forked,
		[META_PAGE_BYTES] = &meta->page_bytes,
		[META_SESSION] = &meta->session,
		[META_EMPTY_PAIR] = &meta->empty_pair,
	};

	return tag < sizeof(numbers) / sizeof(numbers[0]) ? numbers[tag] : NULL;
}

static void take_field(struct model_meta *meta, uint64_t tag,
		       struct codec_reader *field)
{
	char **string = meta_string(meta, tag);
	uint64_t *number = meta_number(meta, tag);
	const char *bytes = (const char *)field->next;
	size_t len = codec_left(field);

	if (string) {
		free(*string);
		*string = xstrndup(bytes, len);
	} else if (number) {
		*number = codec_get_varint(field);
	} else if (tag == META_ARGUMENT &&
		   meta->argument_count < ARGUMENTS_MAX) {
		GROW(meta->arguments, meta->argument_capacity,
		     meta->argument_count);
		meta->arguments[meta->argument_count++] = xstrndup(bytes, len);
	}
}

static int take_meta(struct model *m, struct codec_reader *r)
{
	struct model_meta *meta = &m->meta;
	bool sane = true;

	if (meta->present)
		return -1;
	meta->present = true;
	while (codec_left(r) && !r->failed) {
		uint64_t tag = codec_get_varint(r);
		uint64_t len = codec_get_varint(r);
		struct codec_reader field = codec_get_sub(r, len);

		if (!r->failed)
			take_field(meta, tag, &field);
		sane &= !field.failed;
	}
	if (meta->sample_bytes == 0)
		meta->sample_bytes = 1;
	if (meta->tick_shift >= 64) {
		meta->tick_shift = 0;
		sane = false;
	}
	return sane ? 0 : -1;
}

static void get_segments(struct codec_reader *r, struct model_module *module)
{
	uint64_t count = codec_get_varint(r);

	if (count > SEGMENTS_MAX || count > codec_left(r) / 4)
		r->failed = true;
	if (r->failed)
		return;
	module->segments = xcalloc(count, sizeof(*module->segments));
	module->segment_count = count;
	for (size_t i = 0; i < count; i++) {
		struct model_segment *segment = &module->segments[i];

		segment->address = codec_get_varint(r);
		segment->bytes = codec_get_varint(r);
		segment->offset = codec_get_varint(r);
		segment->flags = codec_get_varint(r);
	}
}

static int take_module(struct model *m, struct codec_reader *r)
{
	struct model_module module = { .id = (uint32_t)codec_get_varint(r) };
	const uint8_t *build_id;

	module.tick = codec_get_varint(r);
	module.base = codec_get_varint(r);
	module.start = codec_get_varint(r);
	module.end = codec_get_varint(r);
	build_id = codec_get_bytes(r, &module.build_id_bytes);
	module.build_id = (uint8_t *)xstrndup((const char *)build_id,
					      module.build_id_bytes);
	module.path = get_string(r);
	get_segments(r, &module);
	if (!r->failed && module.id != 0 && model_add_module(m, &module) == 0)
		return 0;
	free(module.build_id);
	free(module.path);
	free(module.segments);
	return -1;
}

static int take_modules(struct model *m, struct codec_reader *r)
{
	while (codec_left(r))
		if (take_module(m, r) < 0)
			return -1;
	return 0;
}

static int take_stacks(struct model *m, struct codec_reader *r)
{
	struct stack_node node = { 0 };
	uint64_t id = codec_get_varint(r);

	for (; codec_left(r); id++) {
		uint64_t distance = codec_get_varint(r);

		if (distance == 0 && !r->failed)
			continue; /* a hole, filled by a later block */
		node.module += (uint32_t)codec_get_zigzag(r);
		node.address += (uint64_t)codec_get_zigzag(r);
		node.parent = (uint32_t)(id - distance);
		if (r->failed || id >= STACK_NODES_MAX || distance > id ||
		    stack_tree_add(&m->stacks, (uint32_t)id, &node) < 0)
			return -1;
	}
	return 0;
}

static int take_threads(struct model *m, struct codec_reader *r)
{
	while (codec_left(r)) {
		uint8_t kind = codec_get_u8(r);
		struct model_thread thread = {
			.serial = (uint32_t)codec_get_varint(r),
			.tid = (uint32_t)codec_get_varint(r),
		};
		uint64_t tick = codec_get_varint(r);
		size_t len;

		if (kind == THREAD_STARTED)
			thread.started_tick = tick;
		if (kind == THREAD_ENDED)
			thread.ended_tick = tick;
		/* only ever copied from */
		thread.name = (char *)(uintptr_t)codec_get_bytes(r, &len);
		if (r->failed || model_add_thread(m, &thread, len) < 0)
			return -1;
	}
	return 0;
}

static int take_usage(struct model *m, struct codec_reader *r)
{
	while (codec_left(r)) {
		struct model_usage usage = { .tick = codec_get_varint(r) };

		usage.monotonic_ns = codec_get_varint(r);
		usage.realtime_ns = codec_get_varint(r);
		usage.rss_bytes = codec_get_varint(r);
		usage.recorder_bytes = codec_get_varint(r);
		usage.user_ns = codec_get_varint(r);
		usage.system_ns = codec_get_varint(r);
		usage.drainer_ns = codec_get_varint(r);
		if (r->failed)
			return -1;
		model_add_usage(m, &usage);
	}
	return 0;
}

static int take_stats(struct model *m, struct codec_reader *r)
{
	while (codec_left(r)) {
		uint64_t tag = codec_get_varint(r);
		uint64_t value = codec_get_varint(r);

		if (r->failed)
			return -1;
		if (tag <= STAT_COUNT)
			m->stats[tag] = value;
	}
	return 0;
}

/* The index is for readers that seek; this one trusts its own walk. */
static int take_end(struct model *m, struct codec_reader *r)
{
	uint64_t reason = codec_get_varint(r);

	if (r->failed || reason == 0)
		return -1;
	m->end_reason = reason;
	return 0;
}

int model_take(struct model *m, unsigned int type, const uint8_t *payload,
	       size_t bytes)
{
	static int (*const take[])(struct model *, struct codec_reader *) = {
		[DUMP_META] = take_meta,
		[DUMP_MODULES] = take_modules,
		[DUMP_STACKS] = take_stacks,
		[DUMP_THREADS] = take_threads,
		[DUMP_USAGE] = take_usage,
		[DUMP_STATS] = take_stats,
		[DUMP_END] = take_end,
	};
	struct codec_reader r;

	if (type >= sizeof(take) / sizeof(take[0]) || !take[type])
		return 0;
	codec_reader_init(&r, payload, bytes);
	if (take[type](m, &r) < 0 || r.failed)
		return -1;
	return 0;
}
