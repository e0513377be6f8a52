/* SPDX-License-Identifier: MIT */
#include "analyzer/recording.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/model_blocks.h"
#include "analyzer/ring_reader.h"
#include "include/event_columns.h"

#define PAYLOAD_TIMES 16 /* what is counted of a stored byte at most */

/* Thread serial -> index of its lane. */
struct lane_index {
	uint32_t serial;
	size_t lane;
	UT_hash_handle hh;
};

/* What is needed while a recording is opened, and no longer. */
struct opening {
	struct recording *recording;
	struct dump_problem *problem;
	struct dump_payload payload;
	struct lane_index *index;
	struct ring_snapshot ring; /* if recording->ring == RING_TAKEN */
};

static struct lane *find_lane(struct opening *o, uint32_t serial)
{
	struct recording *recording = o->recording;
	struct lane_index *entry;

	HASH_FIND(hh, o->index, &serial, sizeof(serial), entry);
	if (entry)
		return &recording->lanes[entry->lane];
	entry = xcalloc(1, sizeof(*entry));
	entry->serial = serial;
	entry->lane = recording->lane_count;
	HASH_ADD(hh, o->index, serial, sizeof(serial), entry);
	GROW(recording->lanes, recording->lane_capacity,
	     recording->lane_count);
	memset(&recording->lanes[entry->lane], 0, sizeof(struct lane));
	recording->lanes[entry->lane].serial = serial;
	recording->lane_count++;
	return &recording->lanes[entry->lane];
}

static void free_index(struct opening *o)
{
	struct lane_index *entry, *next;

	HASH_ITER(hh, o->index, entry, next)
	{
		HASH_DEL(o->index, entry);
		free(entry);
	}
}

static void add_block(struct opening *o, uint32_t serial,
		      const struct event_block *block)
{
	struct lane *lane = find_lane(o, serial);

	GROW(lane->blocks, lane->block_capacity, lane->block_count);
	lane->blocks[lane->block_count++] = *block;
	o->recording->event_count += block->count;
}

static void take_events(struct opening *o, const struct dump_block *block)
{
	const struct dump_block_header *header = &block->header;
	struct event_block entry = {
		.offset = block->offset,
		.first_tick = header->first_tick,
		.last_tick = header->last_tick,
		.stored_bytes = header->stored_bytes,
		.count = header->count,
	};

	if (header->count > EVENT_COLUMNS_MAX || header->stored_bytes == 0)
		dump_reader_note(&o->recording->reader, DUMP_ERROR_CONTENT,
				 block->offset, header->stored_bytes);
	else if (header->count)
		add_block(o, header->thread, &entry);
}

static void take_block(struct opening *o, const struct dump_block *block)
{
	struct dump_reader *r = &o->recording->reader;
	const struct dump_block_header *header = &block->header;
	uint64_t most = (uint64_t)header->stored_bytes * PAYLOAD_TIMES;
	int ret;

	o->recording->payload_bytes +=
		header->raw_bytes < most ? header->raw_bytes : most;
	if (header->type == DUMP_EVENTS) {
		take_events(o, block);
		return;
	}
	ret = dump_reader_load(r, block->offset, header->stored_bytes,
			       &o->payload);
	if (ret == 0 && model_take(&o->recording->model, header->type,
				   o->payload.bytes, o->payload.len) < 0)
		ret = DUMP_ERROR_CONTENT;
	if (ret < 0)
		dump_reader_note(r, ret, block->offset, header->stored_bytes);
}

static enum ring_use ring_use(int error)
{
	switch (error) {
	case RING_OK:
		return RING_TAKEN;
	case RING_ERROR_NONE:
		return RING_NONE;
	case RING_ERROR_OTHER:
		return RING_FOREIGN;
	case RING_ERROR_BUSY:
		return RING_BUSY;
	default:
		return RING_UNREADABLE;
	}
}

static enum ring_use try_ring(struct opening *o, const char *path)
{
	struct recording *recording = o->recording;
	struct ring_owner owner = {
		.dump_fd = recording->reader.fd,
		.dump_path = recording->reader.path,
		.pid = recording->model.meta.pid,
		.session = recording->model.meta.session,
	};
	enum ring_use use = ring_use(ring_reader_read(&o->ring, path, &owner));

	if (use != RING_NONE) {
		free(recording->ring_path);
		recording->ring_path = xstrndup(path, strlen(path));
	}
	return use;
}

/* A process that was killed while it started left its ring under this name. */
static void try_unpublished(struct opening *o, const char *path)
{
	struct recording *recording = o->recording;
	char *begun = xasprintf("%s" RING_UNPUBLISHED, path);

	if (try_ring(o, begun) == RING_TAKEN) {
		recording->ring = RING_TAKEN;
	} else {
		free(recording->ring_path);
		recording->ring_path = NULL;
	}
	free(begun);
}

/* Beside the dump first: the dump may have moved since META was written. */
static void take_ring(struct opening *o)
{
	struct recording *recording = o->recording;
	struct dump_reader *r = &recording->reader;
	const char *noted = recording->model.meta.ring_path;
	char *beside = xasprintf("%s" RING_SUFFIX, r->path);
	struct stat st;

	recording->ring = try_ring(o, beside);
	if (recording->ring == RING_NONE && noted && noted[0])
		recording->ring = try_ring(o, noted);
	if (recording->ring == RING_NONE)
		try_unpublished(o, beside);
	if (recording->ring == RING_NONE && noted && noted[0])
		try_unpublished(o, noted);
	free(beside);
	if (recording->ring != RING_TAKEN)
		return;
	/* the ring was read after the dump was opened: look once more */
	if (fstat(r->fd, &st) == 0)
		r->file_bytes = (uint64_t)st.st_size;
	if (o->ring.dump_bytes < r->file_bytes)
		r->file_bytes = o->ring.dump_bytes;
	recording->ring_events = o->ring.event_count;
	recording->ring_damaged = o->ring.damaged;
	recording->live = o->ring.live;
}

static int read_blocks(struct opening *o)
{
	struct recording *recording = o->recording;
	struct dump_reader *r = &recording->reader;
	struct dump_block block;
	bool first = true;
	int ret = 1;

	while (ret > 0) {
		/* the ring has it from here on */
		if (recording->ring == RING_TAKEN &&
		    r->sequence >= o->ring.dump_blocks)
			break;
		ret = dump_reader_next(r, &block, o->problem);
		if (ret <= 0)
			break;
		take_block(o, &block);
		if (first && recording->model.meta.present)
			take_ring(o);
		first = false;
	}
	return ret < 0 ? ret : 0;
}

static void take_piece(struct opening *o, const struct ring_piece *piece)
{
	struct lane *lane = find_lane(o, piece->serial);
	struct event_block block = { .first_tick = UINT64_MAX };

	if (piece->count == 0)
		return;
	block.offset = lane->extra_count;
	block.count = (uint32_t)piece->count;
	lane->extra = xreallocarray(lane->extra,
				    lane->extra_count + piece->count,
				    sizeof(*lane->extra));
	memcpy(lane->extra + lane->extra_count, piece->events,
	       piece->count * sizeof(*lane->extra));
	lane->extra_count += piece->count;
	for (size_t i = 0; i < piece->count; i++) {
		uint64_t tick = piece->events[i].tick;

		if (tick < block.first_tick)
			block.first_tick = tick;
		if (tick > block.last_tick)
			block.last_tick = tick;
	}
	add_block(o, piece->serial, &block);
}

static int finish(struct opening *o)
{
	struct recording *recording = o->recording;

	if (!recording->model.meta.present) {
		o->problem->error = DUMP_ERROR_NO_META;
		o->problem->offset = 0;
		return DUMP_ERROR_NO_META;
	}
	if (recording->ring == RING_TAKEN) {
		for (size_t i = 0; i < o->ring.piece_count; i++)
			take_piece(o, &o->ring.pieces[i]);
		ring_snapshot_merge(&o->ring, &recording->model);
	}
	/* its end is lost, and nobody has it */
	if (recording->ring != RING_TAKEN && !recording->reader.ended)
		dump_reader_note(&recording->reader, DUMP_ERROR_STOPPED,
				 recording->reader.file_bytes, 0);
	model_seal(&recording->model);
	return 0;
}

int recording_open(struct recording **out, const char *path,
		   struct dump_problem *problem)
{
	struct opening *o;
	int ret;

	*out = xcalloc(1, sizeof(**out));
	ret = dump_reader_open(&(*out)->reader, path, problem);
	if (ret < 0) {
		free(*out);
		*out = NULL;
		return ret;
	}
	model_init(&(*out)->model);
	/* what was lost took at least a byte a node */
	stack_tree_allow(&(*out)->model.stacks, (*out)->reader.file_bytes);
	o = xcalloc(1, sizeof(*o));
	o->recording = *out;
	o->problem = problem;
	ret = read_blocks(o);
	if (ret == 0)
		ret = finish(o);
	if ((*out)->ring == RING_TAKEN)
		ring_snapshot_release(&o->ring);
	dump_payload_release(&o->payload);
	free_index(o);
	free(o);
	if (ret < 0) {
		recording_free(*out);
		*out = NULL;
	}
	return ret;
}

void recording_free(struct recording *recording)
{
	if (!recording)
		return;
	for (size_t i = 0; i < recording->lane_count; i++) {
		free(recording->lanes[i].blocks);
		free(recording->lanes[i].extra);
	}
	free(recording->lanes);
	free(recording->ring_path);
	model_release(&recording->model);
	dump_reader_release(&recording->reader);
	free(recording);
}

static void verify_lane(struct recording *recording, const struct lane *lane,
			struct dump_payload *payload, struct event *events)
{
	struct event_columns *columns = xcalloc(1, sizeof(*columns));

	event_columns_init(columns);
	for (size_t i = 0; i < lane->block_count; i++) {
		const struct event_block *block = &lane->blocks[i];
		int ret;

		if (block->stored_bytes == 0)
			continue;
		ret = dump_reader_load(&recording->reader, block->offset,
				       block->stored_bytes, payload);
		if (ret == 0 &&
		    event_columns_decode(columns, payload->bytes, payload->len,
					 events, block->count) < 0)
			ret = DUMP_ERROR_CONTENT;
		if (ret < 0)
			dump_reader_note(&recording->reader, ret,
					 block->offset, block->stored_bytes);
	}
	free(columns);
}

void recording_verify(struct recording *recording)
{
	struct dump_payload payload = { 0 };
	struct event *events = xcalloc(EVENT_COLUMNS_MAX, sizeof(*events));

	for (size_t i = 0; i < recording->lane_count; i++)
		verify_lane(recording, &recording->lanes[i], &payload, events);
	dump_payload_release(&payload);
	free(events);
}

uint64_t recording_last_tick(const struct recording *recording)
{
	const struct model *m = &recording->model;
	uint64_t last = 0;

	if (m->usage_count)
		last = m->usage[m->usage_count - 1].tick;
	for (size_t i = 0; i < recording->lane_count; i++) {
		const struct lane *lane = &recording->lanes[i];

		for (size_t j = 0; j < lane->block_count; j++)
			if (lane->blocks[j].last_tick > last)
				last = lane->blocks[j].last_tick;
	}
	return last;
}

double recording_run_ns(const struct recording *recording)
{
	uint64_t last = recording_last_tick(recording);
	double ns = last ? model_tick_ns(&recording->model, last) : 0;

	return ns > 0 ? ns : 0;
}

bool recording_is_whole(const struct recording *recording)
{
	return recording->reader.damage_total == 0 &&
	       recording->reader.ended && recording->ring_events == 0 &&
	       !recording->ring_damaged;
}
