/* SPDX-License-Identifier: MIT */
#include "preload/writer.h"

#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <string.h>
#include <zstd.h>

#include "include/crc32c.h"
#include "preload/sys.h"

#define HEADER_BYTES sizeof(struct dump_block_header)
#define ZSTD_LEVEL 1
#define ZSTD_FROM_BYTES 512	/* smaller payloads stay raw */
#define PART_BYTES 512		/* the least between two cuts */
#define OPEN_TRIES 100 /* where the program closes what it finds */
#define PACKED_MAX (256u << 10) /* what does not shrink so far stays raw */

/* Room for a header stands before each payload: header and payload are one
 * write. */
struct writer_space {
	struct event_encoder encoder;
	struct codec_writer payload;
	ZSTD_CCtx *zstd;
	uint8_t raw[HEADER_BYTES + WRITER_RAW_MAX];
	uint8_t packed[HEADER_BYTES + PACKED_MAX];
	uint64_t zstd_memory[];
};

static size_t zstd_bytes(void)
{
	return ZSTD_estimateCCtxSize_usingCParams(
		ZSTD_getCParams(ZSTD_LEVEL, WRITER_RAW_MAX, 0));
}

size_t writer_workspace_bytes(void)
{
	return sizeof(struct writer_space) + zstd_bytes();
}

struct writer_space *writer_space_init(void *memory)
{
	struct writer_space *space = memory;

	crc32c_init();
	event_encoder_init(&space->encoder);
	space->zstd = NULL;
	return space;
}

struct event_encoder *writer_space_encoder(struct writer_space *space)
{
	return &space->encoder;
}

void *writer_space_scratch(struct writer_space *space)
{
	return space->encoder.room;
}

void writer_init(struct writer *w, struct writer_space *space, const char *path)
{
	memset(w, 0, sizeof(*w));
	w->space = space;
	w->file.path = path;
	w->file.fd = -1;
}

static void count_stat(struct writer *w, enum stat_tag tag)
{
	if (w->ring)
		__atomic_add_fetch(&w->ring->stats[tag], 1, __ATOMIC_RELAXED);
}

static bool passes(int error)
{
	return error == -EAGAIN || error == -EMFILE || error == -ENFILE ||
	       error == -ENOMEM || error == -EINTR || error == -EBADF;
}

/* Notes a failure that will not pass by itself; returns it. */
static int note_error(struct writer *w, int error)
{
	if (error == -ESTALE)
		count_stat(w, STAT_FDS_LOST);
	if (error == 0 || passes(error))
		return error;
	count_stat(w, STAT_WRITE_ERRORS);
	if (w->error == 0) {
		w->error = error;
		if (w->ring)
			__atomic_store_n(&w->ring->stats[STAT_WRITE_ERRNO],
					 (uint64_t)-error, __ATOMIC_RELAXED);
	}
	return error;
}

int writer_create(struct writer *w)
{
	return dump_file_create(&w->file);
}

int writer_open(struct writer *w)
{
	return note_error(w, dump_file_open(&w->file));
}

void writer_close(struct writer *w)
{
	dump_file_close(&w->file);
}

void writer_leave_parent(struct writer *w)
{
	dump_file_leave_parent(&w->file);
	w->ring = NULL;
}

struct codec_writer *writer_begin(struct writer *w)
{
	struct writer_space *space = w->space;

	codec_writer_init(&space->payload, space->raw + HEADER_BYTES,
			  WRITER_RAW_MAX);
	return &space->payload;
}

static bool is_epilogue(enum dump_block_type type)
{
	return type == DUMP_STATS || type == DUMP_USAGE || type == DUMP_END;
}

/*
 * The payload as one frame, for which cuts begin new zstd blocks: its length,
 * or a zstd error. The frame's pieces lie where they were: nothing is copied.
 */
static size_t compress(struct writer_space *space, size_t raw_bytes,
		       const size_t *cuts)
{
	const uint8_t *raw = space->raw + HEADER_BYTES;
	uint8_t *next = space->packed + HEADER_BYTES;
	uint8_t *end =
		next + (raw_bytes < PACKED_MAX ? raw_bytes : PACKED_MAX);
	size_t from = 0;
	size_t ret = ZSTD_compressBegin_advanced(
		space->zstd, NULL, 0,
		ZSTD_getParams(ZSTD_LEVEL, raw_bytes, 0), raw_bytes);

	for (int i = 0; i < WRITER_CUTS && !ZSTD_isError(ret); i++) {
		if (cuts[i] < from + PART_BYTES ||
		    cuts[i] + PART_BYTES > raw_bytes)
			continue;
		ret = ZSTD_compressContinue(space->zstd, next,
					    (size_t)(end - next), raw + from,
					    cuts[i] - from);
		if (!ZSTD_isError(ret))
			next += ret;
		from = cuts[i];
	}
	if (!ZSTD_isError(ret))
		ret = ZSTD_compressEnd(space->zstd, next, (size_t)(end - next),
				       raw + from, raw_bytes - from);
	if (ZSTD_isError(ret))
		return ret;
	return (size_t)(next + ret - (space->packed + HEADER_BYTES));
}

/* The smaller of both forms of the payload: where its frame begins. */
static uint8_t *pack(struct writer_space *space, const size_t *cuts,
		     size_t *bytes)
{
	size_t raw_bytes = *bytes;
	size_t packed;

	if (raw_bytes < ZSTD_FROM_BYTES)
		return space->raw;
	if (!space->zstd)
		space->zstd =
			ZSTD_initStaticCCtx(space->zstd_memory, zstd_bytes());
	if (!space->zstd)
		return space->raw;
	packed = compress(space, raw_bytes, cuts);
	if (ZSTD_isError(packed) || packed >= raw_bytes)
		return space->raw;
	*bytes = packed;
	return space->packed;
}

static uint64_t next_sequence(const struct writer *w)
{
	if (!w->ring)
		return w->sequence;
	return __atomic_load_n(&w->ring->dump_sequence, __ATOMIC_RELAXED);
}

/* Header and payload, ready to be written; *bytes of them. */
static uint8_t *build_frame(struct writer *w, const struct writer_block *block,
			    size_t *bytes)
{
	struct writer_space *space = w->space;
	size_t raw_bytes = codec_written(&space->payload);
	size_t stored_bytes = raw_bytes;
	uint8_t *frame = pack(space, block->cuts, &stored_bytes);
	struct dump_block_header header = {
		.magic = DUMP_MAGIC,
		.version = DUMP_VERSION,
		.type = (uint16_t)block->type,
		.flags = frame == space->raw ? 0 : DUMP_FLAG_ZSTD,
		.thread = block->thread,
		.count = block->count,
		.first_tick = block->first_tick,
		.last_tick = block->last_tick,
		.stored_bytes = (uint32_t)stored_bytes,
		.raw_bytes = (uint32_t)raw_bytes,
		.payload_crc = crc32c(0, frame + HEADER_BYTES, stored_bytes),
		.sequence = next_sequence(w),
	};

	header.header_crc = crc32c(0, &header, sizeof(header));
	memcpy(frame, &header, sizeof(header));
	*bytes = HEADER_BYTES + stored_bytes;
	return frame;
}

static void arm_intent(struct writer *w, const struct writer_effect *effect,
		       uint64_t length)
{
	struct ring_header *ring = w->ring;
	struct ring_intent *intent;

	if (!ring)
		return;
	intent = &ring->intent;
	intent->dump_bytes = length;
	intent->buffer = effect && effect->buffer ? effect->buffer_offset : 0;
	intent->tail = effect ? effect->tail : 0;
	intent->nodes = effect ? effect->nodes : ring->drained_nodes;
	intent->modules = effect ? effect->modules : ring->drained_modules;
	__atomic_store_n(&intent->armed, next_sequence(w) + 1,
			 __ATOMIC_RELEASE);
}

static void disarm_intent(struct writer *w)
{
	if (w->ring)
		__atomic_store_n(&w->ring->intent.armed, 0, __ATOMIC_RELEASE);
}

void writer_move_tail(struct ring_buffer *buffer, uint64_t tail)
{
	__atomic_store_n(&buffer->tail, tail, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&buffer->waiters, __ATOMIC_SEQ_CST))
		sys_futex_wake((uint32_t *)(void *)&buffer->tail, INT32_MAX);
}

/* The block of this sequence stands in the dump: say so in the ring. */
static void apply_effect(struct writer *w, uint64_t sequence,
			 const struct writer_effect *effect)
{
	struct ring_header *ring = w->ring;

	w->sequence = sequence + 1;
	if (!ring)
		return;
	if (effect) {
		__atomic_store_n(&ring->drained_modules, effect->modules,
				 __ATOMIC_RELEASE);
		__atomic_store_n(&ring->drained_nodes, effect->nodes,
				 __ATOMIC_RELEASE);
		if (effect->buffer)
			writer_move_tail(effect->buffer, effect->tail);
	}
	__atomic_store_n(&ring->dump_sequence, sequence + 1, __ATOMIC_RELEASE);
}

static int append_locked(struct writer *w, const struct writer_block *block,
			 const uint8_t *frame, size_t bytes)
{
	uint64_t sequence = next_sequence(w);
	uint64_t length = 0;
	int ret = dump_file_check(&w->file, &length);

	if (ret == 0 && length == 0 && sequence > 0)
		ret = -ESTALE; /* emptied, or another file */
	/* ordinary blocks leave room, into which the last ones always fit */
	if (ret == 0)
		ret = dump_file_reserve(
			&w->file, length, bytes,
			is_epilogue(block->type) ? 0 : WRITER_RESERVE_BYTES);
	if (ret < 0)
		return ret;
	arm_intent(w, block->effect, length);
	ret = dump_file_write(&w->file, length, frame, bytes);
	if (ret == 0)
		apply_effect(w, sequence, block->effect);
	disarm_intent(w);
	if (ret == 0 && block->type == DUMP_END)
		/* gives the reserve back */
		dump_file_truncate(&w->file, length + bytes);
	return ret;
}

static int append_frame(struct writer *w, const struct writer_block *block,
			const uint8_t *frame, size_t bytes)
{
	int ret = dump_file_open(&w->file);

	if (ret == 0)
		ret = dump_file_lock(&w->file);
	if (ret < 0)
		return ret;
	ret = append_locked(w, block, frame, bytes);
	dump_file_unlock(&w->file);
	return ret;
}

/* Has the program closed our descriptor, or made it one of its own? */
static bool lost_descriptor(struct writer *w, int error)
{
	uint64_t length;

	if (error != -EBADF && (w->file.fd < 0 ||
				dump_file_check(&w->file, &length) == 0))
		return false;
	w->file.fd = -1;
	count_stat(w, STAT_FDS_LOST);
	return true;
}

int writer_append(struct writer *w, const struct writer_block *block)
{
	const uint8_t *frame;
	size_t bytes;
	int ret, tries = OPEN_TRIES;

	if (w->space->payload.failed)
		return -EMSGSIZE;
	if (w->error && !is_epilogue(block->type))
		return w->error;
	ret = dump_file_open(&w->file);
	if (ret < 0 && ret != -EBADF)
		return note_error(w, ret);
	frame = build_frame(w, block, &bytes);
	do
		ret = append_frame(w, block, frame, bytes);
	while (ret < 0 && lost_descriptor(w, ret) && --tries > 0);
	return note_error(w, ret);
}

static void settle_locked(struct writer *w, const struct ring_intent *intent,
			  struct ring_buffer *buffer, uint64_t length)
{
	struct writer_effect effect = {
		.buffer = buffer,
		.tail = intent->tail,
		.nodes = intent->nodes,
		.modules = intent->modules,
	};
	struct dump_block_header header;

	if (!dump_file_block(&w->file, intent->dump_bytes, length, &header) ||
	    header.sequence != intent->armed - 1) {
		/* nothing but part of a block can be there */
		if (length > intent->dump_bytes &&
		    length - intent->dump_bytes < HEADER_BYTES + WRITER_RAW_MAX)
			dump_file_truncate(&w->file, intent->dump_bytes);
		return;
	}
	if (buffer && intent->tail - buffer->tail > buffer->head - buffer->tail)
		effect.buffer = NULL; /* a tail that makes no sense */
	apply_effect(w, header.sequence, &effect);
}

int writer_settle(struct writer *w, struct ring_buffer *buffer)
{
	struct ring_intent intent = w->ring->intent;
	uint64_t length;
	int ret;

	if (intent.armed == 0)
		return 0;
	ret = writer_open(w);
	if (ret == 0)
		ret = dump_file_lock(&w->file);
	if (ret < 0)
		return note_error(w, ret);
	ret = dump_file_check(&w->file, &length);
	if (ret == 0) {
		settle_locked(w, &intent, buffer, length);
		disarm_intent(w);
	}
	dump_file_unlock(&w->file);
	return note_error(w, ret);
}
