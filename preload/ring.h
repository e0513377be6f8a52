/* SPDX-License-Identifier: MIT */
/*
 * The target's side of the ring file (include/ring_format.h): makes it, grows
 * it, hands out buffers and places in its logs. One ring a process. It is a
 * shared file mapping when it can be, anonymous memory otherwise (no room, no
 * shared mappings, a file size limit): then only the process itself drains it.
 * Growing needs system calls; everything else is loads and stores. Nothing
 * here waits. No fd stays open.
 */
#ifndef PRELOAD_RING_H
#define PRELOAD_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "include/ring_format.h"
#include "preload/hidden.h"

/* Of all buffers together; past it buffers are drained rather than grown. */
#define RING_BUFFERS_MAX (40u << 20)

struct ring {
	struct ring_header *header; /* NULL: no ring */
	bool anonymous;		    /* header->stats says so too */
	char path[4096];	    /* "" when anonymous */
};

extern struct ring ring HIDDEN;

/*
 * Makes the ring for the dump at dump_path, at ring_path, first under a
 * temporary name; ring_publish() moves it into place once the caller has
 * filled the header's own fields. 0 or -errno (no memory at all).
 */
int ring_create(const char *dump_path, const char *ring_path);
int ring_publish(void);

/* The bytes at a file offset, or NULL: outside, or across two areas. */
void *ring_at(uint64_t offset, size_t bytes);

/*
 * A buffer of at least `bytes` in state ACTIVE for that thread, to be drained
 * after the buffer at offset `before` (0: none). NULL when the ring cannot
 * grow. The buffer's offset is stored in *offset.
 */
struct ring_buffer *ring_take_buffer(uint32_t bytes, uint32_t thread,
				     uint64_t before, uint64_t *offset);

/* The place of node `id`, adding its chunk if need be; NULL: no room. */
struct ring_node *ring_node(uint32_t id);

/* Appends a module record (module->bytes long, path included). 0 or -errno.
 * The caller holds the module lock. */
int ring_log_module(const struct ring_module *module);

void ring_count(enum stat_tag tag, uint64_t n);

/*
 * A fork child: private memory takes the place of the parent's pages, so that
 * whatever an interrupted hook still writes stays in this process. Then there
 * is no ring. Returns the parent's header, still shared (counters only), or
 * NULL.
 */
struct ring_header *ring_leave_parent(void);

/* Unmaps what ring_leave_parent() put in place. */
void ring_forget(void);

/* Removes the file; the mapping stays. */
void ring_unlink(void);

#endif
