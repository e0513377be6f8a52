/* SPDX-License-Identifier: MIT */
/*
 * The dump file: a sequence of blocks, each a 64-byte header and a payload
 * that is one independent zstd frame. This header holds the numbers that the
 * recorder and the analyzer agree on; include/README.md is the specification.
 * All integers are little-endian. A reader skips block types and tags that it
 * does not know. Nothing here is machine state: every value may come from a
 * damaged or hostile file.
 */
#ifndef INCLUDE_DUMP_FORMAT_H
#define INCLUDE_DUMP_FORMAT_H

#include <stdint.h>

#define DUMP_MAGIC "\x89HWD\r\n\x1a\n" /* 8 bytes; found again after damage */
#define DUMP_MAGIC_BYTES 8
#define DUMP_VERSION 2
#define DUMP_BLOCK_RAW_MAX (64u << 20) /* a larger raw length is damage */

enum dump_block_type {
	DUMP_META = 1,	  /* tagged fields, see enum meta_tag */
	DUMP_MODULES = 2, /* modules, as they were first seen in a stack */
	DUMP_STACKS = 3,  /* new nodes of the stack tree */
	DUMP_EVENTS = 4,  /* events of one thread, in columns */
	DUMP_THREADS = 5, /* threads: start, end, names */
	DUMP_USAGE = 6,	  /* RSS and CPU time series */
	DUMP_STATS = 7,	  /* tagged counters, see enum stat_tag; last wins */
	DUMP_SYNC = 8,	  /* every event before first_tick stands before it */
	DUMP_END = 9,	  /* clean end, and the index of all blocks */
};

#define DUMP_FLAG_ZSTD 1u /* the payload is a zstd frame, else it is raw */

struct dump_block_header {
	uint8_t magic[DUMP_MAGIC_BYTES];
	uint16_t version;
	uint16_t type; /* enum dump_block_type */
	uint32_t flags;
	uint32_t thread; /* EVENTS: the thread's serial number, else 0 */
	uint32_t count;	 /* records in the payload */
	uint64_t first_tick;
	uint64_t last_tick;
	uint32_t stored_bytes; /* payload as it stands in the file */
	uint32_t raw_bytes;    /* payload after decompression */
	uint32_t payload_crc;  /* CRC32C of the stored payload */
	uint32_t header_crc;   /* CRC32C of the header with this field zero */
	uint64_t sequence;     /* the block's number in this dump, from 0 */
};

_Static_assert(sizeof(struct dump_block_header) == 64, "header changed size");

/*
 * META: (varint tag, varint length, bytes)*. Integers are one varint inside
 * the bytes. ARGUMENT repeats, in order.
 */
enum meta_tag {
	META_PROGRAM = 1,     /* bytes: path of the executable */
	META_ARGUMENT = 2,    /* bytes, repeated */
	META_PID = 3,
	META_PARENT_PID = 4,
	META_HOST = 5,	      /* bytes */
	META_START_TICK = 6,
	META_START_MONOTONIC_NS = 7,
	META_START_REALTIME_NS = 8,
	META_CLOCK = 9,	      /* enum dump_clock */
	META_TICK_SHIFT = 10, /* one tick = 1 << shift clock units */
	META_MODE = 11,	      /* enum dump_mode */
	META_SAMPLE_BYTES = 12, /* T of an event with interval shift 0 */
	META_SEED = 13,
	META_FREE_STACKS = 14,  /* stack of 1 free in N; 0 none, 1 all */
	META_DETAILS = 15,      /* usable size and duration of 1 event in N */
	META_ALLOCATOR = 16,    /* bytes: file that defines the real malloc */
	META_ALLOCATOR_VERSION = 17, /* bytes */
	META_ON_FULL = 18,      /* enum dump_on_full */
	META_RING = 19,	        /* bytes: path of the ring file; none if absent */
	META_DRAINER = 20,      /* enum dump_drainer at the start */
	META_FORKED = 21,       /* 1: a fork child; inherited blocks are foreign */
	META_VERSION = 22,      /* bytes: heapwise's version */
	META_DIRECTORY = 23,    /* bytes: working directory at the start */
	META_PAGE_BYTES = 24,
	META_SESSION = 25,      /* number shared by one `heapwise record` */
	META_TUNABLES = 26,     /* bytes: GLIBC_TUNABLES, where it is set */
	META_EMPTY_PAIR = 27,   /* clock units that every duration includes */
	META_UNSEEN_ALLOCATOR = 28, /* bytes: file whose malloc the program
				       calls, not ours; where there is one */
};

enum dump_clock { CLOCK_UNIT_TSC = 1, CLOCK_UNIT_MONOTONIC_NS = 2 };
enum dump_mode { MODE_EXACT = 1, MODE_SAMPLED = 2 };
enum dump_on_full { ON_FULL_WAIT = 1, ON_FULL_DROP = 2 };
enum dump_drainer { DRAINER_COLLECTOR = 1, DRAINER_SELF = 2 };

/* STATS: (varint tag, varint value)*, totals since the start. */
enum stat_tag {
	STAT_EVENTS = 1,	    /* events committed */
	STAT_DROPPED_EVENTS = 2,    /* buffer full: not recorded */
	STAT_EARLY_EVENTS = 3,	    /* before recording could start */
	STAT_NESTED_DROPPED = 4,    /* in a handler inside our hook, no room */
	STAT_LATE_EVENTS = 5,	    /* after the thread's end, shared buffer */
	STAT_NESTED_EVENTS = 6,	    /* in a handler inside our hook; leaf only */
	STAT_TRUNCATED_STACKS = 7,  /* deeper than the limit */
	STAT_FAILED_UNWINDS = 8,    /* ended before the outermost frame */
	STAT_LEAF_ONLY_STACKS = 9,  /* no walk was safe there */
	STAT_NODE_LIMIT_HITS = 10,  /* stack tree full: leaf only */
	STAT_STALE_GUARDS = 11,	    /* siglongjmp out of our hook */
	STAT_RING_GROW_FAILED = 12,
	STAT_WRITE_ERRORS = 13,	    /* the dump could not be written */
	STAT_WRITE_ERRNO = 14,	    /* errno of the first of them */
	STAT_WAITS = 15,	    /* a thread waited for a drain */
	STAT_WAIT_NS = 16,
	STAT_DRAIN_CPU_NS = 17,	    /* CPU time of draining */
	STAT_HOOK_SAMPLES = 18,	    /* whole-hook durations measured */
	STAT_HOOK_CLOCK_UNITS = 19, /* and their sum, real call not included */
	STAT_EXECED_CHILDREN = 20,  /* fork children that execed at once */
	STAT_EXECED_CHILD_EVENTS = 21,
	STAT_FOREIGN_FREES = 22,    /* known as such by the recorder */
	STAT_RECORDER_BYTES = 23,   /* memory of ours, now */
	STAT_MODULE_LIMIT_HITS = 24,
	STAT_DRAINER_TAKEN_OVER = 25, /* the collector died: drained itself */
	STAT_RULES_LEARNED = 26,
	STAT_SAMPLED_SET_DOUBLINGS = 27,
	STAT_FDS_LOST = 28,	    /* our file was not ours any more */
	STAT_ANONYMOUS_RING = 29,   /* 1: no ring file; a kill loses the rest */
	STAT_SECCOMP = 30,	    /* 1: a seccomp filter was seen */
	STAT_VERIFIED_WALKS = 31,   /* HEAPWISE_VERIFY: walked twice */
	STAT_DIFFERENT_WALKS = 32,  /* of those */
	STAT_SAMPLED_SET_FULL = 33, /* samples whose free will not be seen */
	STAT_UNRECORDED_CHILDREN = 34, /* fork children that made no dump */
	STAT_COUNT = 34,
};

/* END payload: varint reason (enum end_reason), varint blocks, then per block
 * varint type and varint offset minus the previous block's offset. */
enum end_reason {
	END_EXIT = 1,	    /* exit handlers ran: return, exit */
	END_UNDER_EXIT = 2, /* _exit, _Exit, quick_exit */
	END_DIED = 3,	    /* signal, raw exit_group: finished by a drainer */
	END_EXEC = 4,	    /* another program took the process over */
};

/* THREADS record kinds, see include/README.md */
enum thread_record { THREAD_STARTED = 1, THREAD_NAMED = 2, THREAD_ENDED = 3 };

/* What an event is: the function called, or what became of the call. */
enum event_kind {
	EVENT_NONE = 0,
	/* allocations */
	EVENT_MALLOC = 1,
	EVENT_CALLOC = 2,
	EVENT_REALLOC_NULL = 3,	/* realloc(NULL, n), or realloc(p, 0) != NULL */
	EVENT_REALLOC_NEW = 4,	/* closes the thread's last REALLOC_OLD */
	EVENT_POSIX_MEMALIGN = 5,
	EVENT_ALIGNED_ALLOC = 6,
	EVENT_MEMALIGN = 7,
	EVENT_VALLOC = 8,
	EVENT_PVALLOC = 9,
	EVENT_NEW = 10,
	EVENT_NEW_ARRAY = 11,
	EVENT_ALLOCATION_LAST = 11,
	/* releases */
	EVENT_FREE = 16,
	EVENT_REALLOC_OLD = 17,	/* a realloc begins: the old block is gone */
	EVENT_REALLOC_ZERO = 18, /* realloc(p, 0) */
	EVENT_CFREE = 19,
	EVENT_FREE_SIZED = 20,
	EVENT_DELETE = 21,
	EVENT_DELETE_ARRAY = 22,
	EVENT_IMPLICIT_FREE = 23, /* gone without a call that we saw */
	EVENT_RELEASE_LAST = 23,
	/* a correction */
	EVENT_REALLOC_FAILED = 28, /* the last REALLOC_OLD did not happen */
	/* ring only, never in a dump */
	EVENT_DETAIL = 29,	/* of the event before: usable size, duration */
	EVENT_THREAD_NAME = 30,	/* see ring_format.h */
	EVENT_KIND_MASK = 31,
};

static inline int event_is_allocation(unsigned int kind)
{
	return kind >= EVENT_MALLOC && kind <= EVENT_ALLOCATION_LAST;
}

static inline int event_is_release(unsigned int kind)
{
	return kind >= EVENT_FREE && kind <= EVENT_RELEASE_LAST;
}

/*
 * Stack nodes: a tree. Node 0 is the root; a node's parent is its caller. The
 * node of a stack is that of its leaf-most frame. A node stands for a return
 * address (look up address - 1), except under one of the special roots.
 */
#define STACK_ROOT 0u
#define STACK_TRUNCATED 1u /* callers unknown: too deep, or unwalkable */
#define STACK_FIRST 2u	   /* the first ordinary node's id */
#define STACK_NODES_MAX (16u << 20)
#define STACK_DEPTH_MAX 512
#define STACK_TRUNCATED_DEPTH 64 /* frames kept of a deeper stack */

/* One event, as both sides handle it. */
struct event {
	uint64_t tick;
	uint64_t address;
	uint64_t size;		/* requested, bytes; 0 for releases */
	uint64_t usable_bytes;	/* if has_detail and an allocation */
	uint64_t duration;	/* of the real call, clock units; if has_detail */
	uint32_t stack;		/* node id; 0: none recorded */
	uint8_t kind;		/* enum event_kind */
	uint8_t has_detail;
	/* Sampled: an allocation was drawn with T << interval_shift; a release
	 * with 1 here was temporary: its thread allocated nothing in between. */
	uint8_t interval_shift;
};

#endif
