/* SPDX-License-Identifier: MIT */
/*
 * All buffers of a ring, as a drainer sees them in one round: which commit
 * index each had at the round's begin, which must wait for an older one, which
 * are empty for good. Circular or broken lists end. One thread at a time.
 */
#ifndef PRELOAD_BUFFER_LIST_H
#define PRELOAD_BUFFER_LIST_H

#include "preload/ring_view.h"

/* Newest first. `next` is not 0 after the end if the rest can't be seen. */
struct buffer_list {
	const struct ring_view *view;
	uint64_t next;
	uint64_t left; /* bytes of the ring that are in no buffer so far */
};

void buffer_list_begin(struct buffer_list *list, const struct ring_view *view);
bool buffer_list_next(struct buffer_list *list,
		      struct ring_view_buffer *buffer);

/* A buffer's commit index, for this round. */
void buffer_read_head(struct ring_buffer *ring);
struct buffer_heads {
	unsigned int count; /* buffers that are not free */
	uint64_t sum;	    /* of all indices: it changes when events come */
};
/*
 * Those of all buffers, at one moment of the round. False if some buffers
 * can't be seen.
 */
bool buffer_list_read_heads(const struct ring_view *view,
			    struct buffer_heads *heads);
/* Do all buffers that are not free belong to one thread? */
bool buffer_list_has_one_thread(const struct ring_view *view);
/* Committed when the round began, and not out yet. */
uint64_t buffer_pending(const struct ring_view_buffer *buffer);
/* Must an older buffer of the same thread be emptied first? */
bool buffer_is_blocked(const struct ring_view *view,
		       const struct ring_view_buffer *buffer);
/* Frees sealed buffers that are empty, having let their successors go. */
void buffer_list_free_emptied(const struct ring_view *view);
/*
 * The lowest tick of an event that is pending, or `now`: all events below are
 * out, or were not committed when the round began.
 */
uint64_t buffer_list_complete_tick(const struct ring_view *view, uint64_t now);
/* Is all that is committed, by now, out? */
bool buffer_list_is_drained(const struct ring_view *view);
/* Is all that was committed when the round began out? */
bool buffer_list_is_taken(const struct ring_view *view);

#endif
