/* SPDX-License-Identifier: MIT */
#include "analyzer/ring_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/memory.h"
#include "analyzer/ring_buffers.h"
#include "include/crc32c.h"

/* A busy drainer writes a block every few ms; reading takes less. */
#define TRIES 100
#define PAUSE_NS 2000000
#define MODULE_BYTES_MAX (8u << 10)

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool belongs(const struct ring_header *header,
		    const struct ring_owner *owner)
{
	char path[sizeof(header->dump_path) + 1];

	memcpy(path, header->dump_path, sizeof(header->dump_path));
	path[sizeof(header->dump_path)] = '\0';
	return header->pid == owner->pid &&
	       header->session == owner->session &&
	       strcmp(base_name(path), base_name(owner->dump_path)) == 0;
}

static bool is_live(const struct ring_header *header)
{
	pid_t pid = (pid_t)header->pid;

	return header->state == RING_LIVE && header->reason != END_EXEC &&
	       pid > 0 &&
	       (kill(pid, 0) == 0 || errno == EPERM);
}

/* Did the block that the drainer was about to write get into the dump? */
static bool was_written(const struct ring_intent *intent,
			const struct ring_owner *owner)
{
	struct dump_block_header header, copy;
	struct stat st;

	if (intent->armed == 0 || fstat(owner->dump_fd, &st) < 0 ||
	    intent->dump_bytes > (uint64_t)st.st_size ||
	    pread(owner->dump_fd, &header, sizeof(header),
		  (off_t)intent->dump_bytes) != (ssize_t)sizeof(header))
		return false;
	copy = header;
	copy.header_crc = 0;
	return memcmp(header.magic, DUMP_MAGIC, DUMP_MAGIC_BYTES) == 0 &&
	       crc32c(0, &copy, sizeof(copy)) == header.header_crc &&
	       header.sequence == intent->armed - 1 &&
	       (uint64_t)st.st_size - intent->dump_bytes - sizeof(header) >=
		       header.stored_bytes;
}

/* A module's pieces, from their place in the record to the model's. */
static void take_module(struct ring_snapshot *snapshot,
			const struct ring_module *record, const char *path)
{
	struct model_module module = {
		.id = record->id,
		.tick = record->tick,
		.base = record->base,
		.start = record->start,
		.end = record->end,
		.build_id_bytes = record->build_id_bytes,
		.segment_count = record->segment_count,
	};

	module.build_id = (uint8_t *)xstrndup((const char *)record->build_id,
					      record->build_id_bytes);
	module.path = xstrndup(path, record->path_bytes);
	module.segments =
		xcalloc(module.segment_count, sizeof(*module.segments));
	for (size_t i = 0; i < module.segment_count; i++)
		module.segments[i] = (struct model_segment){
			.address = record->segments[i].address,
			.bytes = record->segments[i].bytes,
			.offset = record->segments[i].offset,
			.flags = record->segments[i].flags,
		};
	if (model_add_module(&snapshot->found, &module) < 0) {
		free(module.build_id);
		free(module.path);
		free(module.segments);
	}
}

/* The record at `place` of a chunk; its bytes, 0 at the chunk's end, or -1. */
static int next_module(const uint8_t *chunk, uint32_t place,
		       struct ring_module *record)
{
	uint32_t left = RING_MODULE_CHUNK - place;
	uint32_t bytes = 0;

	if (left >= sizeof(bytes))
		memcpy(&bytes, chunk + place, sizeof(bytes));
	if (bytes == 0)
		return 0;
	if (bytes < sizeof(*record) || bytes > MODULE_BYTES_MAX || bytes % 8 ||
	    bytes > left)
		return -1;
	memcpy(record, chunk + place, sizeof(*record));
	if (record->build_id_bytes > RING_BUILD_ID_MAX ||
	    record->segment_count > RING_MODULE_SEGMENTS ||
	    sizeof(*record) + record->path_bytes > bytes)
		return -1;
	return (int)bytes;
}

static void read_modules(struct ring_snapshot *snapshot, uint64_t drained)
{
	const struct ring_header *header = &snapshot->header;
	uint8_t *chunk = xcalloc(1, RING_MODULE_CHUNK);
	uint64_t seen = 0;

	for (unsigned int i = 0;
	     i < RING_MODULE_CHUNKS && seen < header->module_count; i++) {
		struct ring_module record;
		uint32_t place = 0;
		int bytes = 0;

		if (!ring_snapshot_get(snapshot, header->module_chunks[i],
				       chunk, RING_MODULE_CHUNK))
			bytes = -1;
		while (bytes >= 0 && seen < header->module_count) {
			bytes = next_module(chunk, place, &record);
			if (bytes <= 0)
				break;
			if (++seen > drained)
				take_module(snapshot, &record,
					    (const char *)chunk + place +
						    sizeof(record));
			place += (uint32_t)bytes;
		}
		if (bytes < 0)
			break;
	}
	snapshot->damaged |= seen < header->module_count;
	free(chunk);
}

static void read_nodes(struct ring_snapshot *snapshot, uint64_t drained)
{
	const struct ring_header *header = &snapshot->header;
	uint64_t end = header->nodes_reserved;
	struct ring_node *nodes = xcalloc(1, ring_node_chunk_bytes(1));
	/* a chunk that stands for several ids' would be read again and again */
	uint64_t left = snapshot->file_bytes / sizeof(*nodes);
	uint32_t loaded = UINT32_MAX;
	bool there = false;

	if (end > STACK_NODES_MAX) {
		end = STACK_NODES_MAX;
		snapshot->damaged = true;
	}
	if (drained < STACK_FIRST)
		drained = STACK_FIRST;
	/* those that the dump has are missing here; the file has the others */
	stack_tree_allow(&snapshot->found.stacks, STACK_NODES_MAX);
	for (uint64_t id = drained; id < end && left > 0; id++) {
		uint32_t chunk = ring_node_chunk((uint32_t)id);
		const struct ring_node *raw;

		if (chunk != loaded)
			there = header->node_chunks[chunk] != 0 &&
				ring_snapshot_get(snapshot,
					      header->node_chunks[chunk], nodes,
					      ring_node_chunk_bytes(chunk));
		loaded = chunk;
		raw = &nodes[ring_node_place((uint32_t)id)];
		if (!there) /* nor are those that follow in it */
			id = RING_NODES_FIRST - 1 +
			     (uint64_t)chunk * RING_NODES_CHUNK;
		if (!there || raw->address == 0)
			continue; /* reserved, not filled in */
		left--;
		if (stack_tree_add(&snapshot->found.stacks, (uint32_t)id,
				   &(struct stack_node){
					   .address = raw->address,
					   .parent = raw->parent,
					   .module = raw->module }) < 0)
			snapshot->damaged = true;
	}
	snapshot->damaged |= left == 0;
	free(nodes);
}

static void read_once(struct ring_snapshot *snapshot,
		      const struct ring_owner *owner)
{
	const struct ring_header *header = &snapshot->header;
	const struct ring_intent *intent = &header->intent;
	bool settle = was_written(intent, owner);

	ring_snapshot_clear(snapshot);
	snapshot->dump_blocks = header->dump_sequence;
	snapshot->dump_bytes = UINT64_MAX;
	if (settle)
		snapshot->dump_blocks = intent->armed;
	else if (intent->armed)
		snapshot->dump_bytes = intent->dump_bytes;
	ring_buffers_read(snapshot, settle);
	read_nodes(snapshot, settle ? intent->nodes : header->drained_nodes);
	read_modules(snapshot,
		     settle ? intent->modules : header->drained_modules);
}

/* Has a block been written meanwhile? Then pieces of this may be in it. */
static bool is_steady(struct ring_snapshot *snapshot)
{
	struct ring_header *now = xcalloc(1, sizeof(*now));
	bool steady = ring_snapshot_get(snapshot, 0, now, sizeof(*now)) &&
		      now->dump_sequence == snapshot->header.dump_sequence &&
		      now->intent.armed == snapshot->header.intent.armed;

	free(now);
	return steady;
}

static int read_steadily(struct ring_snapshot *snapshot,
			 const struct ring_owner *owner)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	for (int i = 0; i < TRIES; i++) {
		struct ring_header *header = &snapshot->header;
		struct stat st;

		if (fstat(snapshot->fd, &st) < 0)
			return RING_ERROR_UNREADABLE;
		snapshot->file_bytes = (uint64_t)st.st_size;
		if (!ring_snapshot_get(snapshot, 0, header, sizeof(*header)) ||
		    memcmp(header->magic, RING_MAGIC, 8) != 0 ||
		    header->version != RING_VERSION)
			return RING_ERROR_UNREADABLE;
		if (!belongs(header, owner))
			return RING_ERROR_OTHER;
		snapshot->live = is_live(header);
		read_once(snapshot, owner);
		if (is_steady(snapshot))
			return RING_OK;
		nanosleep(&pause, NULL);
	}
	return RING_ERROR_BUSY;
}

int ring_reader_read(struct ring_snapshot *snapshot, const char *path,
		     const struct ring_owner *owner)
{
	struct stat st;
	int ret = RING_ERROR_UNREADABLE;

	crc32c_init();
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (snapshot->fd < 0)
		return errno == ENOENT ? RING_ERROR_NONE :
					 RING_ERROR_UNREADABLE;
	if (fstat(snapshot->fd, &st) == 0 && S_ISREG(st.st_mode))
		ret = read_steadily(snapshot, owner);
	if (ret < 0)
		ring_snapshot_release(snapshot);
	return ret;
}
