/* SPDX-License-Identifier: MIT */
/*
 * Appends blocks to one dump: payload, zstd frame, header, one write under a
 * file lock. The file stays whole: what is written in part is cut off again.
 * Nothing is allocated; all scratch memory is a writer_space of the caller's,
 * which several writers may share in turn. Not thread-safe: the caller lets one
 * thread at a time use a writer and its space.
 */
#ifndef PRELOAD_WRITER_H
#define PRELOAD_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/codec.h"
#include "include/event_encoder.h"
#include "include/ring_format.h"
#include "preload/dump_file.h"

/* payload bytes of a block of ours */
#define WRITER_RAW_MAX EVENT_ENCODER_BYTES(EVENT_ENCODER_MAX)
#define WRITER_CUTS 2
#define WRITER_SCRATCH_BYTES (384u << 10)
#define WRITER_RESERVE_BYTES (8 << 10) /* kept free on disk for STATS, END */

struct writer_space;

struct writer {
	struct dump_file file;
	struct writer_space *space;
	struct ring_header *ring; /* intents and stats go there; or NULL */
	uint64_t sequence; /* of the next block, as long as ring is NULL */
	int error;	   /* negative errno of the first failed write, or 0 */
};

/* What the ring shall say once a block is written, see struct ring_intent. */
struct writer_effect {
	struct ring_buffer *buffer; /* or NULL: no tail moves */
	uint64_t buffer_offset;
	uint64_t tail;
	uint64_t nodes;
	uint64_t modules;
};

struct writer_block {
	enum dump_block_type type;
	uint32_t thread;
	uint32_t count;
	uint64_t first_tick;
	uint64_t last_tick;
	const struct writer_effect *effect; /* NULL: none */
	/* Where in the payload other bytes begin, unlike those before, rising:
	 * each part gets statistics of its own within the frame. 0: nowhere. */
	size_t cuts[WRITER_CUTS];
};

/*
 * Bytes of memory that a space needs, at most 2 MiB; zeroed and aligned to 64.
 * Pages that no block needed stay untouched.
 */
size_t writer_workspace_bytes(void);
struct writer_space *writer_space_init(void *memory);
struct event_encoder *writer_space_encoder(struct writer_space *space);
/* WRITER_SCRATCH_BYTES that last until the encoder is used again. */
void *writer_space_scratch(struct writer_space *space);

/* A writer to no file yet. */
void writer_init(struct writer *w, struct writer_space *space,
		 const char *path);
/*
 * Creates the dump, which must not exist (-EEXIST), and notes its identity.
 * The fd stays open until writer_close.
 */
int writer_create(struct writer *w);
/*
 * Opens the dump again, CLOEXEC and above DUMP_FILE_FD_MIN where the limit
 * allows it. -ESTALE if another file is there now. Does nothing if it is open.
 */
int writer_open(struct writer *w);
void writer_close(struct writer *w);
/*
 * In a fork child, before anything else: closes the parent's dump, if a drain
 * was under way in another thread, without touching the parent's lock.
 */
void writer_leave_parent(struct writer *w);

/* A cursor over the space's payload buffer, for the next block. */
struct codec_writer *writer_begin(struct writer *w);
/*
 * Appends the block whose payload was put into writer_begin's cursor. 0, or
 * -errno with the dump as it was: -EMSGSIZE if the payload did not fit the
 * cursor, -ESTALE if the open file is not the dump, -EAGAIN if somebody else
 * holds its lock for more than a second, else what the file system says. Any
 * but -EMSGSIZE and -EAGAIN is kept in w->error and counted in the ring, and
 * from then on only STATS, USAGE and END blocks are tried, others fail at once.
 */
int writer_append(struct writer *w, const struct writer_block *block);

/* Stores a buffer's tail and wakes who waits for it. */
void writer_move_tail(struct ring_buffer *buffer, uint64_t tail);

/*
 * Settles an intent that a killed drainer left armed in w->ring: moves the
 * tail that `buffer` gives access to, or cuts the dump. `buffer` is the
 * intent's buffer, or NULL if it has none or names none that exists. Call
 * before the first block of a new drainer; the dump must be open.
 */
int writer_settle(struct writer *w, struct ring_buffer *buffer);

#endif
