/* SPDX-License-Identifier: MIT */
/*
 * The ring file: a shared mapping beside the dump, in which the target commits
 * events before anyone drains them. Whatever it still holds when the target
 * and its drainer are gone is read from here. The recorder writes it, the
 * drainer (collector, or the target itself) moves `tail`s and frees buffers,
 * the analyzer reads it; the two latter trust none of its offsets.
 *
 * The file is a header, then areas that are only ever appended: buffers, node
 * chunks and module chunks, each at a multiple of 4096, found by the offsets
 * in the header. Offsets are from the file's start, in bytes; 0 means none.
 * Fields that more than one process touches are atomics, used with the
 * __atomic builtins; the partner is named beside each.
 */
#ifndef INCLUDE_RING_FORMAT_H
#define INCLUDE_RING_FORMAT_H

#include "include/dump_format.h"

#define RING_MAGIC "HWDRING1"
#define RING_VERSION 1
#define RING_SUFFIX ".ring" /* after the dump's name */
#define RING_UNPUBLISHED ".new" /* after that, until its process can record */
#define RING_PAGE 4096u

#define RING_BUFFER_BYTES_MIN (4u << 10)
#define RING_BUFFER_BYTES_MAX (512u << 10)

/* Nodes: chunk 0 holds RING_NODES_FIRST, every other RING_NODES_CHUNK. */
#define RING_NODES_FIRST 4096u
#define RING_NODES_CHUNK 65536u
#define RING_NODE_CHUNKS (STACK_NODES_MAX / RING_NODES_CHUNK + 1)

#define RING_MODULE_CHUNK (16u << 10)
#define RING_MODULE_CHUNKS 256u

enum ring_state {
	RING_LIVE = 1,
	RING_EXITED = 2,   /* the target's last hook ran: nothing will follow */
	RING_DISCARD = 3,  /* a fork child that execed before it filled a
			      buffer: drop ring and dump, keep the count */
};

/* Who moves the tails. The target takes over from a dead collector, once. */
enum ring_drainer { RING_DRAIN_COLLECTOR = 1, RING_DRAIN_SELF = 2 };

/*
 * What the drainer is about to do. It fills this in, stores `armed` (release),
 * appends one block to the dump, stores the new tail and drained counts, and
 * stores armed = 0. Killed in between, it may have written the block, or part
 * of it, without having said so. So whoever reads or drains next does, first:
 *
 *   armed == 0: nothing.
 *   The dump has at `dump_bytes` a whole block (its header's CRC is right, all
 *   of its payload is in the file) with sequence == armed - 1: that block
 *   was written. Take the buffer at `buffer` (0: none) as having tail `tail`,
 *   drained_nodes as `nodes`, drained_modules as `modules`, and the next
 *   block's sequence as `armed`.
 *   Otherwise it was not: the dump ends at dump_bytes (a drainer truncates it
 *   there, a reader ignores what follows), the ring is right as it stands.
 */
struct ring_intent {
	uint64_t armed;	     /* 0, or 1 + the block's sequence */
	uint64_t dump_bytes; /* of the dump before the block */
	uint64_t buffer;
	uint64_t tail;
	uint64_t nodes;
	uint64_t modules;
};

struct ring_header {
	uint8_t magic[8];
	uint32_t version;
	uint32_t pid;
	uint64_t session;  /* of the `heapwise record` that started it, or 0 */
	uint32_t state;	   /* enum ring_state; target stores, drainer loads */
	uint32_t reason;   /* enum end_reason; while state is LIVE, END_EXEC: an
			      exec is about to happen, END_UNDER_EXIT: _exit is,
			      of this process or of a vfork child */
	uint32_t drainer;  /* enum ring_drainer; target CASes, collector loads */
	uint32_t on_full;  /* enum dump_on_full */
	uint32_t tick_shift;
	uint32_t clock;	   /* enum dump_clock */
	uint64_t start_tick;
	uint64_t file_bytes;   /* target grows; every offset is below it */
	uint64_t buffers;      /* newest ring_buffer; release by target */
	uint64_t nodes_reserved; /* the next node's id; from STACK_FIRST on,
				    its chunk may not be there yet; target */
	uint64_t module_count;	 /* complete modules; release by target */
	uint64_t drained_nodes;	 /* in the dump; drainer */
	uint64_t drained_modules; /* in the dump; drainer */
	uint64_t dump_sequence;	 /* next block's sequence; drainer */
	uint64_t last_usage_tick; /* drainer */
	uint32_t wake;		 /* futex: a full thread bumps and wakes it */
	uint32_t collector;	 /* its pid, as it knows it; 0: none yet */
	uint64_t recorder_bytes; /* private memory of the recorder; target */
	uint64_t dump_device; /* st_dev and st_ino of the dump: nothing is */
	uint64_t dump_inode;  /* ever written into another file; fixed */
	struct ring_intent intent; /* drainer */
	/*
	 * By enum stat_tag; atomics. The drainer owns EVENTS (those in the
	 * dump), WRITE_ERRORS, WRITE_ERRNO and DRAIN_CPU_NS, and adds to
	 * DROPPED_EVENTS what it takes from buffers but cannot write.
	 */
	uint64_t stats[STAT_COUNT + 1];
	uint64_t node_chunks[RING_NODE_CHUNKS];	    /* offsets; release */
	uint64_t module_chunks[RING_MODULE_CHUNKS]; /* offsets; release */
	char dump_path[4096]; /* absolute, NUL-terminated */
};

#define RING_HEADER_BYTES (16u << 10)
_Static_assert(sizeof(struct ring_header) <= RING_HEADER_BYTES,
	       "ring header outgrew its pages");

/* Why the recording ended, of a process that is gone or has left its ring. */
static inline enum end_reason ring_end_reason(const struct ring_header *header)
{
	return header->reason ? (enum end_reason)header->reason : END_DIED;
}

enum ring_buffer_state {
	RING_BUFFER_FREE = 0,	/* any thread may CAS it to ACTIVE */
	RING_BUFFER_ACTIVE = 1, /* its thread commits to it */
	RING_BUFFER_SEALED = 2, /* nothing will be added: drain, then free */
};

/*
 * One thread's events, circular. The owner writes an event at head % capacity
 * and then stores head + 1 (release); the drainer reads up to head (acquire)
 * and stores tail (release) once those events are in the dump. A buffer with
 * `before` set must not be drained until that older buffer of the same thread
 * is sealed and empty; the drainer clears it, then frees the older one. So a
 * successor must be ACTIVE, listed, and have `before` set before its thread
 * seals the older buffer. head and tail go on counting when a buffer is reused;
 * `thread`, `tid` and `before` are set before the first event is committed.
 */
struct ring_buffer {
	uint32_t bytes;	   /* of the area, this header included; fixed */
	uint32_t capacity; /* events; fixed */
	uint64_t older;	   /* next buffer in the list of all; fixed */
	uint32_t state;	   /* enum ring_buffer_state; CAS */
	uint32_t thread;   /* serial of the owner */
	uint32_t tid;
	uint32_t full_grown; /* 1: its thread will not replace it by a larger
				one: drain it when it is half full */
	uint64_t before; /* offset of the buffer to drain first, or 0 */
	uint8_t pad[24];
	uint64_t head; /* owner */
	uint32_t waiters; /* threads asleep on `tail`'s low half; atomic */
	uint8_t pad2[52];
	uint64_t tail; /* drainer; the low half is the futex word */
	uint64_t round_head; /* drainer's own: head when its round began */
	uint32_t round_state; /* drainer's own: state before that */
	uint32_t round_emptied; /* drainer's own: to be freed in this round */
	uint64_t pending_ns; /* drainer's own: CLOCK_MONOTONIC when it first
				saw the oldest event that is left; or 0 */
	uint64_t named; /* drainer's own: thread names before this index are in
			   the dump, though their events are not */
	uint8_t pad3[24];
};
_Static_assert(sizeof(struct ring_buffer) == 192, "ring buffer changed size");

/*
 * As committed: 32 bytes. `what` is tick << 8 | kind (enum event_kind).
 * EVENT_DETAIL follows the event that it belongs to, in the same thread:
 * size = clock units, address = usable bytes of an allocation. A release is
 * committed before the real call and its detail after it: there address is the
 * released block, and a detail that does not follow its own release directly
 * (a signal handler, the end of a batch) is skipped. `extra` of an allocation
 * is its interval shift; of a release in sampled mode 1 if it was temporary.
 * EVENT_THREAD_NAME: address and size hold 16 bytes of name, stack the tid,
 * extra an enum thread_record.
 */
struct ring_event {
	uint64_t what;
	uint64_t address;
	uint64_t size;
	uint32_t stack;
	uint32_t extra; /* becomes struct event's interval_shift */
};
_Static_assert(sizeof(struct ring_event) == 32, "ring event changed size");

static inline uint64_t ring_event_what(uint64_t tick, unsigned int kind)
{
	return tick << 8 | kind;
}

static inline unsigned int ring_event_kind(uint64_t what)
{
	return what & EVENT_KIND_MASK;
}

static inline uint64_t ring_event_tick(uint64_t what)
{
	return what >> 8;
}

/* A stack node. `address` is stored last (release): 0 means incomplete. */
struct ring_node {
	uint64_t address;
	uint32_t parent;
	uint32_t module; /* id, from 1; 0: in no module */
};
_Static_assert(sizeof(struct ring_node) == 16, "ring node changed size");

/* Chunk and place within it of a node id (ids start at 0 with the root). */
static inline uint32_t ring_node_chunk(uint32_t id)
{
	return (id + RING_NODES_CHUNK - RING_NODES_FIRST) / RING_NODES_CHUNK;
}

static inline uint32_t ring_node_place(uint32_t id)
{
	return id < RING_NODES_FIRST ? id :
	       (id - RING_NODES_FIRST) % RING_NODES_CHUNK;
}

static inline uint32_t ring_node_chunk_bytes(uint32_t chunk)
{
	return (chunk ? RING_NODES_CHUNK : RING_NODES_FIRST) *
	       (uint32_t)sizeof(struct ring_node);
}

/*
 * A module, as the walker first met it. Records lie one after another in the
 * module chunks, none across two: `bytes` is the whole record's size, rounded
 * up to 8; bytes == 0 ends a chunk early. Ids count from 1 in record order.
 */
#define RING_BUILD_ID_MAX 32
#define RING_MODULE_SEGMENTS 16
struct ring_module {
	uint32_t bytes;
	uint32_t id;
	uint64_t base;	/* load bias: run-time address - file's address */
	uint64_t start; /* lowest mapped address */
	uint64_t end;	/* one past the highest */
	uint64_t tick;
	uint8_t build_id_bytes;
	uint8_t segment_count;
	uint16_t path_bytes;
	uint32_t reserved;
	uint8_t build_id[RING_BUILD_ID_MAX];
	struct ring_segment {
		uint64_t address; /* as in the file's program header */
		uint64_t bytes;	  /* in memory */
		uint64_t offset;  /* in the file */
		uint64_t flags;	  /* PF_R, PF_W, PF_X */
	} segments[RING_MODULE_SEGMENTS]; /* the first segment_count are set */
	/* then path_bytes bytes of path, no NUL */
};

#endif
