/* SPDX-License-Identifier: MIT */
/*
 * The target's side of the ring file (include/ring_format.h): hands out buffers
 * and places in its logs. One ring a process. Growing needs system calls;
 * everything else is loads and stores. Nothing here waits.
 */
#ifndef PRELOAD_RING_H
#define PRELOAD_RING_H

#include "preload/ring_area.h"

/* Of all buffers together; past it buffers are drained rather than grown. */
#define RING_BUFFERS_MAX (40u << 20)

/*
 * Makes the ring for the dump at dump_path, at ring_path, first under a
 * temporary name; ring_publish() moves it into place once the caller has
 * filled the header's own fields. 0 or -errno (no memory at all).
 */
int ring_create(const char *dump_path, const char *ring_path);

/*
 * A buffer of at least `bytes` in state ACTIVE for that thread, to be drained
 * after the buffer at offset `before` (0: none). NULL when the ring cannot
 * grow. The buffer's offset is stored in *offset.
 */
struct ring_buffer *ring_take_buffer(uint32_t bytes, uint32_t thread,
				     uint64_t before, uint64_t *offset);

/* Notes in the header about how much memory is the recorder's own. */
void ring_account(void);

/* Where the chunks of nodes are mapped; NULL: not yet. Atomics. */
extern struct ring_node *ring_nodes[RING_NODE_CHUNKS] HIDDEN;
struct ring_node *ring_add_nodes(uint32_t id);

/* The place of node `id`, adding its chunk if need be; NULL: no room. */
static inline struct ring_node *ring_node(uint32_t id)
{
	struct ring_node *chunk = __atomic_load_n(
		&ring_nodes[ring_node_chunk(id)], __ATOMIC_ACQUIRE);

	return __builtin_expect(chunk != NULL, 1) ?
	       chunk + ring_node_place(id) : ring_add_nodes(id);
}

/* Appends a module record (module->bytes long, path included). 0 or -errno.
 * The caller holds the module lock. */
int ring_log_module(const struct ring_module *module);

/*
 * A fork child: private memory takes the place of the parent's pages, so that
 * whatever an interrupted hook still writes stays in this process. Then there
 * is no ring. Returns the parent's header, still shared (counters only), or
 * NULL.
 */
struct ring_header *ring_leave_parent(void);

/* Before this process makes a ring of its own: what ring_leave_parent() put in
 * place is the ring no more, and stays for hooks that the fork interrupted. */
void ring_set_aside(void);

#endif
