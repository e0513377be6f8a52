/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/elf_dump.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"
#include "include/codec.h"
#include "include/event_encoder.h"
#include "tests/fuzz/blocks.h"

#define SEGMENTS 16
#define SITES 48 /* in a segment, evenly */
#define NODES (SEGMENTS * SITES)
#define ROOM (1u << 16) /* of a payload */
#define DUMP_ROOM (1u << 18)
#define DEPTH 5 /* of the stacks, at most */
#define BUILD_ID_MAX 64

struct program {
	GElf_Phdr segments[SEGMENTS];
	size_t count;
	const void *build_id;
	size_t build_id_bytes;
	uint64_t nodes[NODES]; /* return addresses */
	size_t node_count;
};

static void read_program(struct program *p, Elf *elf)
{
	ssize_t bytes = dwelf_elf_gnu_build_id(elf, &p->build_id);
	GElf_Phdr header;

	if (bytes > 0 && bytes <= BUILD_ID_MAX)
		p->build_id_bytes = (size_t)bytes;
	for (int i = 0; p->count < SEGMENTS && gelf_getphdr(elf, i, &header);
	     i++) {
		uint64_t step = header.p_memsz / SITES + 1, at = 1;

		if (header.p_type != PT_LOAD)
			continue;
		p->segments[p->count++] = header;
		for (int site = 0; site < SITES && at <= header.p_memsz; site++) {
			p->nodes[p->node_count++] = header.p_vaddr + at;
			at += step;
		}
	}
}

static struct codec_writer begin(struct blocks *blocks,
				 enum dump_block_type type, size_t count)
{
	struct raw_block *block = &blocks->list[blocks->count++];
	struct codec_writer w;

	*block = (struct raw_block){ .open = true, .honest = true };
	memcpy(block->header.magic, DUMP_MAGIC, DUMP_MAGIC_BYTES);
	block->header.version = DUMP_VERSION;
	block->header.type = (uint16_t)type;
	block->header.count = (uint32_t)count;
	block->header.sequence = blocks->count - 1;
	block->payload = xcalloc(1, ROOM);
	codec_writer_init(&w, block->payload, ROOM);
	return w;
}

static void end(struct blocks *blocks, const struct codec_writer *w)
{
	blocks->list[blocks->count - 1].len = codec_written(w);
}

static void put_meta(struct blocks *blocks)
{
	struct codec_writer w = begin(blocks, DUMP_META, 1);

	codec_put_tag_bytes(&w, META_PROGRAM, "/program", 8);
	codec_put_tag_varint(&w, META_PID, 1);
	codec_put_tag_varint(&w, META_MODE, MODE_EXACT);
	codec_put_tag_varint(&w, META_CLOCK, CLOCK_UNIT_MONOTONIC_NS);
	codec_put_tag_varint(&w, META_START_MONOTONIC_NS, 1);
	end(blocks, &w);
}

static void put_module(struct blocks *blocks, const struct program *p)
{
	struct codec_writer w = begin(blocks, DUMP_MODULES, 1);

	codec_put_varint(&w, 1);
	codec_put_varint(&w, 0);
	codec_put_varint(&w, 0);
	codec_put_varint(&w, 0);
	codec_put_varint(&w, UINT64_MAX);
	codec_put_bytes(&w, p->build_id, p->build_id_bytes);
	codec_put_bytes(&w, "/program", 8);
	codec_put_varint(&w, p->count);
	for (size_t i = 0; i < p->count; i++) {
		codec_put_varint(&w, p->segments[i].p_vaddr);
		codec_put_varint(&w, p->segments[i].p_memsz);
		codec_put_varint(&w, p->segments[i].p_offset);
		codec_put_varint(&w, p->segments[i].p_flags);
	}
	end(blocks, &w);
}

static void put_stacks(struct blocks *blocks, const struct program *p)
{
	struct codec_writer w = begin(blocks, DUMP_STACKS, p->node_count);
	uint64_t before = 0;

	codec_put_varint(&w, STACK_FIRST);
	for (size_t i = 0; i < p->node_count; i++) {
		/* its caller is the node before, or nobody */
		codec_put_varint(&w, i % DEPTH ? 1 : STACK_FIRST + i);
		codec_put_zigzag(&w, i == 0);
		codec_put_zigzag(&w, (int64_t)(p->nodes[i] - before));
		before = p->nodes[i];
	}
	end(blocks, &w);
}

/* Of a site's two blocks one is freed. */
static void put_events(struct blocks *blocks, const struct program *p)
{
	static struct event_encoder encoder;
	const struct event_shape shape = { .address_shift = 4 };
	struct codec_writer w = begin(blocks, DUMP_EVENTS, 3 * p->node_count);
	struct raw_block *block = &blocks->list[blocks->count - 1];

	block->header.thread = 1;
	block->header.first_tick = 1;
	block->header.last_tick = 3 * p->node_count;
	event_encoder_init(&encoder);
	event_encoder_begin(&encoder, &shape);
	for (uint64_t i = 0; i < 3 * p->node_count; i++) {
		struct event event = {
			.kind = i % 3 == 2 ? EVENT_FREE : EVENT_MALLOC,
			.tick = i + 1,
			.address = 4096 + 64 * (i % 3 == 2 ? i - 1 : i),
			.size = i % 3 == 2 ? 0 : 16 + i,
			.stack = STACK_FIRST + (uint32_t)(i / 3),
		};

		event_encoder_put(&encoder, &event, 1);
	}
	event_encoder_end(&encoder, &w);
	end(blocks, &w);
}

uint8_t *elf_dump(const char *path, size_t *bytes)
{
	struct blocks *blocks = xcalloc(1, sizeof(*blocks));
	struct program program = { 0 };
	uint8_t *dump = xcalloc(1, DUMP_ROOM);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct codec_writer w;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf)
		read_program(&program, elf);
	put_meta(blocks);
	put_module(blocks, &program);
	put_stacks(blocks, &program);
	put_events(blocks, &program);
	w = begin(blocks, DUMP_END, 1);
	codec_put_varint(&w, END_EXIT);
	codec_put_varint(&w, 0);
	end(blocks, &w);
	*bytes = blocks_write(blocks, dump, DUMP_ROOM);
	blocks_release(blocks);
	free(blocks);
	elf_end(elf);
	close(fd);
	return dump;
}
