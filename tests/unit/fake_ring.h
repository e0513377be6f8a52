/* SPDX-License-Identifier: MIT */
/*
 * For tests of the drainer: a ring in shared memory that a test fills as the
 * recorder would, and a reader of the dump that comes of it.
 */
#ifndef TESTS_FAKE_RING_H
#define TESTS_FAKE_RING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "include/crc32c.h"
#include "include/event_columns.h"
#include "preload/drain.h"

#define FAKE_BYTES (16u << 20)
#define FAKE_EVENTS_MAX (1u << 20)

struct fake {
	char folder[64];
	char path[128];
	uint8_t *memory; /* FAKE_BYTES, shared with children */
	struct ring_header *header;
	uint64_t end;
	struct writer_space *space;
	struct writer writer; /* that created the dump */
	struct drain drain;
	uint32_t node;
	uint32_t module_place;
};

/* What a dump says. */
struct probe {
	unsigned int blocks[16]; /* by type */
	uint32_t events;
	uint32_t nodes; /* complete ones */
	uint32_t holes;
	uint32_t modules;
	uint32_t thread_records;
	uint64_t stats[STAT_COUNT + 1];
	uint64_t end_reason;
	uint64_t end_blocks;
	bool whole;	     /* nothing but sound blocks, in sequence */
	struct event *event; /* in file order */
	uint32_t *thread;
	uint32_t *block; /* number of its block */
};

static inline void *fake_at(void *context, uint64_t offset, size_t bytes)
{
	struct fake *f = context;

	if (offset > FAKE_BYTES || bytes > FAKE_BYTES - offset)
		return NULL;
	return f->memory + offset;
}

static inline void *fake_area(struct fake *f, uint64_t bytes, uint64_t *offset)
{
	*offset = f->end;
	f->end += (bytes + RING_PAGE - 1) / RING_PAGE * RING_PAGE;
	assert_true(f->end <= FAKE_BYTES);
	__atomic_store_n(&f->header->file_bytes, f->end, __ATOMIC_RELEASE);
	return f->memory + *offset;
}

static inline void fake_drain(struct fake *f, struct drain *d, bool collector)
{
	struct drain_setup setup = {
		.view = { f->header, fake_at, f },
		.space = f->space,
		.collector = collector,
	};

	drain_init(d, &setup);
}

static inline void fake_header(struct fake *f)
{
	struct ring_header *header = f->header;

	memcpy(header->magic, RING_MAGIC, 8);
	header->version = RING_VERSION;
	header->pid = (uint32_t)getpid();
	header->state = RING_LIVE;
	header->drainer = RING_DRAIN_SELF;
	header->tick_shift = 10;
	header->clock = CLOCK_UNIT_MONOTONIC_NS;
	header->nodes_reserved = STACK_FIRST;
	header->drained_nodes = STACK_FIRST;
	strcpy(header->dump_path, f->path);
}

static inline void fake_init(struct fake *f, const char *base)
{
	uint64_t offset;
	void *memory =
		mmap(NULL, writer_workspace_bytes(), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(f, 0, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "%s/heapwise-XXXXXX", base);
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/x.hwd", f->folder);
	f->memory = mmap(NULL, FAKE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(f->memory != MAP_FAILED && memory != MAP_FAILED);
	f->header = (void *)f->memory;
	f->end = RING_HEADER_BYTES;
	f->space = writer_space_init(memory);
	fake_header(f);
	writer_init(&f->writer, f->space, f->path);
	assert_int_equal(writer_create(&f->writer), 0);
	f->header->dump_device = f->writer.file.device;
	f->header->dump_inode = f->writer.file.inode;
	f->writer.ring = f->header;
	writer_close(&f->writer);
	fake_area(f, ring_node_chunk_bytes(0), &offset);
	f->header->node_chunks[0] = offset;
	fake_area(f, RING_MODULE_CHUNK, &offset);
	f->header->module_chunks[0] = offset;
	f->node = STACK_FIRST;
	fake_drain(f, &f->drain, true);
}

static inline void fake_release(struct fake *f)
{
	drain_release(&f->drain);
	writer_close(&f->writer);
	munmap(f->memory, FAKE_BYTES);
	munmap(f->space, writer_workspace_bytes());
	unlink(f->path);
	rmdir(f->folder);
}

static inline struct ring_buffer *fake_buffer(struct fake *f, uint32_t bytes,
					      uint32_t thread)
{
	uint64_t offset;
	struct ring_buffer *b = fake_area(f, bytes, &offset);

	b->bytes = bytes;
	b->capacity = (bytes - (uint32_t)sizeof(*b)) /
		      (uint32_t)sizeof(struct ring_event);
	b->older = f->header->buffers;
	b->thread = thread;
	b->state = RING_BUFFER_ACTIVE;
	__atomic_store_n(&f->header->buffers, offset, __ATOMIC_RELEASE);
	return b;
}

static inline uint64_t fake_offset(const struct fake *f, const void *at)
{
	return (uint64_t)((const uint8_t *)at - f->memory);
}

static inline uint64_t fake_tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec) >>
	       10;
}

/* False if the buffer is full. */
static inline bool fake_commit(struct ring_buffer *b, unsigned int kind,
			       uint64_t address, uint64_t size, uint32_t stack)
{
	struct ring_event *events = (void *)(b + 1);
	uint64_t tail = __atomic_load_n(&b->tail, __ATOMIC_ACQUIRE);

	if (b->head - tail >= b->capacity)
		return false;
	events[b->head % b->capacity] = (struct ring_event){
		.what = ring_event_what(fake_tick(), kind),
		.address = address,
		.size = size,
		.stack = stack,
	};
	__atomic_store_n(&b->head, b->head + 1, __ATOMIC_RELEASE);
	return true;
}

/* A node's id; its address is left out if that is 0. */
static inline uint32_t fake_node(struct fake *f, uint32_t parent,
				 uint64_t address)
{
	uint32_t id = f->node++;
	struct ring_node *nodes =
		(void *)(f->memory + f->header->node_chunks[0]);

	__atomic_store_n(&f->header->nodes_reserved, f->node, __ATOMIC_RELEASE);
	nodes[id].parent = parent;
	nodes[id].module = (uint32_t)f->header->module_count;
	__atomic_store_n(&nodes[id].address, address, __ATOMIC_RELEASE);
	return id;
}

static inline struct ring_module *fake_module(struct fake *f, const char *path)
{
	uint8_t *chunk = f->memory + f->header->module_chunks[0];
	struct ring_module *m = (void *)(chunk + f->module_place);

	m->path_bytes = (uint16_t)strlen(path);
	memcpy(m + 1, path, m->path_bytes);
	m->bytes = (uint32_t)(sizeof(*m) + m->path_bytes + 7) / 8 * 8;
	m->id = (uint32_t)f->header->module_count + 1;
	m->base = 0x1000u * m->id;
	m->segment_count = 1;
	m->segments[0].bytes = 4096;
	f->module_place += m->bytes;
	__atomic_store_n(&f->header->module_count, m->id, __ATOMIC_RELEASE);
	return m;
}

static inline void probe_events(struct probe *p, const void *raw,
				const struct dump_block_header *header)
{
	static struct event_columns columns;

	assert_true(p->events + header->count <= FAKE_EVENTS_MAX);
	assert_int_equal(event_columns_decode(&columns, raw, header->raw_bytes,
					      p->event + p->events,
					      header->count),
			 0);
	for (uint32_t i = 0; i < header->count; i++) {
		p->thread[p->events + i] = header->thread;
		p->block[p->events + i] = p->blocks[DUMP_EVENTS];
	}
	p->events += header->count;
}

static inline void probe_nodes(struct probe *p, struct codec_reader *r,
			       uint32_t count)
{
	codec_get_varint(r);
	for (uint32_t i = 0; i < count; i++) {
		if (codec_get_varint(r) == 0) {
			p->holes++;
			continue;
		}
		codec_get_zigzag(r);
		codec_get_zigzag(r);
		p->nodes++;
	}
	assert_true(!r->failed && codec_left(r) == 0);
}

static inline void probe_block(struct probe *p, const void *raw,
			       const struct dump_block_header *header)
{
	struct codec_reader r;

	codec_reader_init(&r, raw, header->raw_bytes);
	p->blocks[header->type & 15]++;
	if (header->type == DUMP_EVENTS)
		probe_events(p, raw, header);
	if (header->type == DUMP_STACKS)
		probe_nodes(p, &r, header->count);
	if (header->type == DUMP_THREADS)
		p->thread_records += header->count;
	if (header->type == DUMP_MODULES)
		p->modules += header->count;
	if (header->type == DUMP_END) {
		p->end_reason = codec_get_varint(&r);
		p->end_blocks = codec_get_varint(&r);
	}
	while (header->type == DUMP_STATS && codec_left(&r)) {
		uint64_t tag = codec_get_varint(&r);
		uint64_t value = codec_get_varint(&r);

		if (tag <= STAT_COUNT)
			p->stats[tag] = value;
	}
}

static inline bool probe_next(struct probe *p, const uint8_t *at, size_t left,
			      struct dump_block_header *header)
{
	static uint8_t raw[WRITER_RAW_MAX];
	struct dump_block_header zeroed;
	uint32_t total = 0;

	if (left < sizeof(*header))
		return false;
	memcpy(header, at, sizeof(*header));
	zeroed = *header;
	zeroed.header_crc = 0;
	for (unsigned int i = 0; i < 16; i++)
		total += p->blocks[i];
	if (memcmp(header->magic, DUMP_MAGIC, 8) != 0 ||
	    crc32c(0, &zeroed, sizeof(zeroed)) != header->header_crc ||
	    left - sizeof(*header) < header->stored_bytes ||
	    header->sequence != total ||
	    crc32c(0, at + sizeof(*header), header->stored_bytes) !=
		    header->payload_crc)
		return false;
	if (header->flags & DUMP_FLAG_ZSTD)
		assert_int_equal(ZSTD_decompress(raw, sizeof(raw),
						 at + sizeof(*header),
						 header->stored_bytes),
				 header->raw_bytes);
	else
		memcpy(raw, at + sizeof(*header), header->raw_bytes);
	probe_block(p, raw, header);
	return true;
}

/* Reads a dump; release with probe_release. */
static inline void probe_dump(struct probe *p, const char *path)
{
	struct stat st;
	struct dump_block_header header;
	uint8_t *bytes;
	size_t at = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(p, 0, sizeof(*p));
	p->event = calloc(FAKE_EVENTS_MAX, sizeof(*p->event));
	p->thread = calloc(FAKE_EVENTS_MAX, sizeof(*p->thread));
	p->block = calloc(FAKE_EVENTS_MAX, sizeof(*p->block));
	assert_true(fd >= 0 && p->event && p->thread && p->block);
	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	while (at < (size_t)st.st_size &&
	       probe_next(p, bytes + at, (size_t)st.st_size - at, &header))
		at += sizeof(header) + header.stored_bytes;
	p->whole = at == (size_t)st.st_size;
	free(bytes);
}

static inline void probe_release(struct probe *p)
{
	free(p->event);
	free(p->thread);
	free(p->block);
}

static inline off_t file_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* Commits mallocs with numbers [from, to). */
#define FAKE_MALLOCS(b, from, to)                                              \
	for (uint64_t n_ = (from); n_ < (to); n_++)                            \
	assert_true(fake_commit(b, EVENT_MALLOC, n_ * 16, n_, 2))

/* Addresses of a thread's events in the dump are 0, 16, 32 ... */
static inline void assert_numbered(const struct probe *p, uint32_t thread,
				   uint64_t count)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < p->events; i++)
		if (p->thread[i] == thread)
			assert_int_equal(p->event[i].address, n++ * 16);
	assert_int_equal(n, count);
}

#endif
