/* SPDX-License-Identifier: MIT */
#include "preload/payloads.h"

#include <string.h>

static void put_text(struct codec_writer *w, enum meta_tag tag,
		     const char *text)
{
	if (text)
		codec_put_tag_bytes(w, tag, text, strlen(text));
}

static void put_number(struct codec_writer *w, enum meta_tag tag,
		       uint64_t number)
{
	if (number)
		codec_put_tag_varint(w, tag, number);
}

void payload_put_meta(struct codec_writer *w, const struct payload_meta *meta)
{
	put_text(w, META_VERSION, VERSION);
	put_text(w, META_PROGRAM, meta->program);
	for (int i = 0; i < meta->argument_count; i++)
		put_text(w, META_ARGUMENT, meta->arguments[i]);
	put_number(w, META_PID, (uint64_t)meta->pid);
	put_number(w, META_PARENT_PID, (uint64_t)meta->parent_pid);
	put_text(w, META_HOST, meta->host);
	put_text(w, META_DIRECTORY, meta->directory);
	put_text(w, META_RING, meta->ring);
	put_text(w, META_ALLOCATOR, meta->allocator);
	put_text(w, META_ALLOCATOR_VERSION, meta->allocator_version);
	put_text(w, META_TUNABLES, meta->tunables);
	put_text(w, META_UNSEEN_ALLOCATOR, meta->unseen_allocator);
	put_number(w, META_EMPTY_PAIR, meta->empty_pair);
	put_number(w, META_START_TICK, meta->start_tick);
	put_number(w, META_START_MONOTONIC_NS, meta->start_monotonic_ns);
	put_number(w, META_START_REALTIME_NS, meta->start_realtime_ns);
	put_number(w, META_CLOCK, meta->clock);
	codec_put_tag_varint(w, META_TICK_SHIFT, meta->tick_shift);
	put_number(w, META_MODE, meta->mode);
	put_number(w, META_SAMPLE_BYTES, meta->sample_bytes);
	put_number(w, META_SEED, meta->seed);
	codec_put_tag_varint(w, META_FREE_STACKS, meta->free_stacks);
	codec_put_tag_varint(w, META_DETAILS, meta->details);
	put_number(w, META_ON_FULL, meta->on_full);
	put_number(w, META_DRAINER, meta->drainer);
	put_number(w, META_FORKED, (uint64_t)meta->forked);
	put_number(w, META_SESSION, meta->session);
	put_number(w, META_PAGE_BYTES, meta->page_bytes);
}

void payload_put_usage(struct codec_writer *w, const struct usage_sample *s)
{
	codec_put_varint(w, s->tick);
	codec_put_varint(w, s->monotonic_ns);
	codec_put_varint(w, s->realtime_ns);
	codec_put_varint(w, s->rss_bytes);
	codec_put_varint(w, s->recorder_bytes);
	codec_put_varint(w, s->user_ns);
	codec_put_varint(w, s->system_ns);
	codec_put_varint(w, s->drain_ns);
}

void payload_put_stats(struct codec_writer *w, const uint64_t *stats)
{
	for (unsigned int tag = 1; tag <= STAT_COUNT; tag++) {
		uint64_t value = __atomic_load_n(&stats[tag], __ATOMIC_RELAXED);

		if (value == 0)
			continue;
		codec_put_varint(w, tag);
		codec_put_varint(w, value);
	}
}

void payload_put_module(struct codec_writer *w,
			const struct ring_module *module)
{
	codec_put_varint(w, module->id);
	codec_put_varint(w, module->tick);
	codec_put_varint(w, module->base);
	codec_put_varint(w, module->start);
	codec_put_varint(w, module->end);
	codec_put_bytes(w, module->build_id, module->build_id_bytes);
	codec_put_bytes(w, module + 1, module->path_bytes);
	codec_put_varint(w, module->segment_count);
	for (unsigned int i = 0; i < module->segment_count; i++) {
		codec_put_varint(w, module->segments[i].address);
		codec_put_varint(w, module->segments[i].bytes);
		codec_put_varint(w, module->segments[i].offset);
		codec_put_varint(w, module->segments[i].flags);
	}
}

void payload_put_thread(struct codec_writer *w, uint32_t serial,
			const struct ring_event *event)
{
	char name[16];
	uint64_t tick = ring_event_tick(event->what);

	memcpy(name, &event->address, 8);
	memcpy(name + 8, &event->size, 8);
	codec_put_u8(w, (uint8_t)event->extra);
	codec_put_varint(w, serial);
	codec_put_varint(w, event->stack);
	codec_put_varint(w, tick);
	codec_put_bytes(w, name, strnlen(name, sizeof(name)));
}

void payload_put_end(struct codec_writer *w, enum end_reason reason)
{
	codec_put_varint(w, reason);
	codec_put_varint(w, 0);
}
