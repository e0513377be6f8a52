/* SPDX-License-Identifier: MIT */
/*
 * What draining costs: events go through a buffer, the encoder, zstd and a
 * file in /tmp (or TMPDIR), as the collector does it, ROUNDS times; the best
 * round counts. Events are those of dumps named as arguments, else invented.
 * zstd, the checksum and the write are timed once more by themselves, on the
 * very blocks that were written; the rest is reading the ring and encoding.
 */
#define ZSTD_STATIC_LINKING_ONLY
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "analyzer/dump_reader.h"
#include "include/crc32c.h"
#include "include/event_columns.h"
#include "preload/event_drain.h"

#define ROUNDS 7
#define EVENTS_MAX 1000000
#define ZSTD_LEVEL 1
#define ALONE_SINCE 0 /* one thread: coarse ticks */

struct events {
	struct ring_event *ring; /* details included */
	size_t ring_count;
	size_t count;
};

struct cost {
	double drain, zstd, crc, write; /* seconds, best round */
	uint64_t raw, stored;		/* bytes, headers not included */
	uint64_t blocks;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void push(struct events *all, uint64_t what, const struct event *e,
		 bool detail)
{
	all->ring[all->ring_count++] = (struct ring_event){
		.what = what,
		.address = detail ? e->usable_bytes : e->address,
		.size = detail ? e->duration : e->size,
		.stack = e->stack,
		.extra = e->interval_shift,
	};
}

static void add(struct events *all, const struct event *e)
{
	push(all, ring_event_what(e->tick, e->kind), e, false);
	if (e->has_detail)
		push(all, ring_event_what(e->tick, EVENT_DETAIL), e, true);
	all->count++;
}

/* The events of the dump's first thread. */
static void load(struct events *all, const char *path)
{
	static struct event_columns columns;
	static struct event events[EVENT_COLUMNS_MAX];
	struct dump_payload payload = { 0 };
	struct dump_problem problem;
	struct dump_reader reader;
	struct dump_block block;
	uint32_t thread = 0;

	if (dump_reader_open(&reader, path, &problem) < 0) {
		fprintf(stderr, "%s: %s\n", path,
			dump_error_text(problem.error));
		exit(1);
	}
	while (dump_reader_next(&reader, &block, &problem) > 0) {
		uint32_t count = block.header.count;

		if (block.header.type == DUMP_EVENTS && thread == 0)
			thread = block.header.thread;
		if (block.header.type != DUMP_EVENTS ||
		    block.header.thread != thread ||
		    all->count + count > EVENTS_MAX ||
		    dump_reader_load(&reader, block.offset,
				     block.header.stored_bytes, &payload) < 0 ||
		    event_columns_decode(&columns, payload.bytes, payload.len,
					 events, count) < 0)
			continue;
		for (uint32_t i = 0; i < count; i++)
			add(all, &events[i]);
	}
	dump_payload_release(&payload);
	dump_reader_release(&reader);
}

static uint64_t random_next(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/* Allocations into `live` places at random: what stood there is freed. */
static void invent(struct events *all, unsigned int live, unsigned int stacks)
{
	uint64_t *at = calloc(live, sizeof(*at));
	uint64_t tick = 1000000;

	for (unsigned int i = 0; i < EVENTS_MAX / 2; i++) {
		unsigned int place = (unsigned int)(random_next() % live);
		uint32_t stack = 2 + (uint32_t)(random_next() % stacks);
		struct event e = {
			.kind = EVENT_FREE,
			.tick = tick += 1 + random_next() % 4,
			.address = at[place],
			.stack = random_next() % 16 ? 0 : stack,
		};

		if (at[place])
			add(all, &e);
		e.kind = EVENT_MALLOC;
		e.stack = stack;
		e.size = 16 + stack % 8 * 16;
		e.tick = tick += 1 + random_next() % 4;
		if (!at[place])
			at[place] = 0x555500000000 + 0x90 * (uint64_t)place;
		e.address = at[place];
		e.has_detail = random_next() % 64 == 0;
		e.usable_bytes = e.size + 8;
		e.duration = e.has_detail ? 100 + random_next() % 64 : 0;
		add(all, &e);
	}
	free(at);
}

static struct ring_view_buffer new_buffer(struct ring_header **header)
{
	uint32_t bytes = RING_BUFFER_BYTES_MAX;
	uint8_t *memory = mmap(NULL, RING_HEADER_BYTES + bytes,
			       PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct ring_view_buffer buffer = {
		.ring = (void *)(memory + RING_HEADER_BYTES),
		.offset = RING_HEADER_BYTES,
		.bytes = bytes,
	};

	if (memory == MAP_FAILED)
		exit(1);
	*header = (void *)memory;
	buffer.events = (void *)(buffer.ring + 1);
	buffer.capacity = (uint32_t)((bytes - sizeof(*buffer.ring)) /
				     sizeof(struct ring_event));
	return buffer;
}

/* As a thread commits them. */
static size_t fill(struct ring_view_buffer *buffer, const struct events *all,
		   size_t from)
{
	struct ring_buffer *ring = buffer->ring;

	while (from < all->ring_count &&
	       ring->head - ring->tail < buffer->capacity)
		buffer->events[ring->head++ % buffer->capacity] =
			all->ring[from++];
	return from;
}

static double drain_once(struct writer *w, struct ring_view_buffer *buffer,
			 const struct events *all)
{
	double seconds = 0;
	double begin;
	size_t done = 0;

	while (done < all->ring_count) {
		done = fill(buffer, all, done);
		begin = now();
		while (buffer->ring->tail != buffer->ring->head)
			if (event_drain_block(w, buffer, buffer->ring->head,
					      ALONE_SINCE))
				exit(1);
		seconds += now() - begin;
	}
	return seconds;
}

static void least(double *best, double value)
{
	if (*best == 0 || value < *best)
		*best = value;
}

/* zstd, checksum and write of the dump's blocks, by themselves. */
static void stages(struct cost *cost, const char *path, int out)
{
	static uint8_t packed[1 << 20];
	static ZSTD_CCtx *zstd;
	double compress = 0, sum = 0, put = 0, t0, t1, t2, t3;
	struct dump_payload payload = { 0 };
	struct dump_problem problem;
	struct dump_reader reader;
	struct dump_block block;

	if (!zstd)
		zstd = ZSTD_createCCtx();
	if (dump_reader_open(&reader, path, &problem) < 0)
		exit(1);
	cost->raw = cost->stored = cost->blocks = 0;
	while (dump_reader_next(&reader, &block, &problem) > 0 &&
	       dump_reader_load(&reader, block.offset,
				block.header.stored_bytes, &payload) == 0) {
		t0 = now();
		ZSTD_compressCCtx(zstd, packed, sizeof(packed), payload.bytes,
				  payload.len, ZSTD_LEVEL);
		t1 = now();
		crc32c(0, payload.stored, block.header.stored_bytes);
		t2 = now();
		if (pwrite(out, payload.stored, block.header.stored_bytes,
			   (off_t)cost->stored) < 0)
			exit(1);
		t3 = now();
		compress += t1 - t0;
		sum += t2 - t1;
		put += t3 - t2;
		cost->raw += payload.len;
		cost->stored += block.header.stored_bytes;
		cost->blocks++;
	}
	least(&cost->zstd, compress);
	least(&cost->crc, sum);
	least(&cost->write, put);
	dump_payload_release(&payload);
	dump_reader_release(&reader);
}

static void one_round(struct cost *cost, const struct events *all,
		      const char *folder, struct writer_space *space)
{
	struct ring_header *header;
	struct ring_view_buffer buffer = new_buffer(&header);
	struct writer w;
	char path[4096];
	char other[4096 + 8];
	int out;

	snprintf(path, sizeof(path), "%s/drain_speed.%d.hwd", folder, getpid());
	snprintf(other, sizeof(other), "%s.copy", path);
	writer_init(&w, space, path);
	if (writer_create(&w) < 0)
		exit(1);
	w.ring = header;
	least(&cost->drain, drain_once(&w, &buffer, all));
	writer_close(&w);
	out = open(other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	stages(cost, path, out);
	close(out);
	unlink(path);
	unlink(other);
	munmap(header, RING_HEADER_BYTES + RING_BUFFER_BYTES_MAX);
}

static void measure(const char *name, const struct events *all)
{
	const char *folder = getenv("TMPDIR");
	struct cost cost = { 0 };
	void *memory = mmap(NULL, writer_workspace_bytes(),
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	double ns = 1e9 / (double)all->count;

	if (memory == MAP_FAILED || all->count == 0)
		exit(1);
	for (int i = 0; i < ROUNDS; i++)
		one_round(&cost, all, folder ? folder : "/tmp",
			  writer_space_init(memory));
	printf("%-20s %8zu %7zu %6.1f %6.1f %6.1f %6.1f %6.1f %6.2f %6.3f\n",
	       name, all->count, all->count / cost.blocks, cost.drain * ns,
	       (cost.drain - cost.zstd - cost.crc - cost.write) * ns,
	       cost.zstd * ns, cost.crc * ns, cost.write * ns,
	       (double)cost.raw / (double)all->count,
	       (double)(cost.stored + 64 * cost.blocks) / (double)all->count);
	munmap(memory, writer_workspace_bytes());
}

int main(int argc, char **argv)
{
	struct events all = { calloc(2 * EVENTS_MAX, sizeof(*all.ring)), 0, 0 };

	if (!all.ring)
		return 1;
	crc32c_init();
	printf("%29s %7s %6s %6s %6s %6s %6s %6s %6s\n%29s %7s %34s %13s\n",
	       "", "a", "all", "encode", "zstd", "crc", "write", "raw",
	       "file", "events", "block", "ns an event", "bytes an event");
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		all.count = all.ring_count = 0;
		load(&all, argv[i]);
		measure(slash ? slash + 1 : argv[i], &all);
	}
	for (unsigned int live = 1; argc < 2 && live <= 65536; live *= 256) {
		char name[32];

		snprintf(name, sizeof(name), "%u places", live);
		all.count = all.ring_count = 0;
		invent(&all, live, 4 + live / 16);
		measure(name, &all);
	}
	free(all.ring);
	return 0;
}
