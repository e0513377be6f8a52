/* SPDX-License-Identifier: MIT */
/*
 * Committed events of one buffer, from the ring into EVENTS blocks (and THREADS
 * blocks: thread names travel among the events). The caller has seen to it that
 * the stacks and modules that the events name are in the dump.
 */
#ifndef PRELOAD_EVENT_DRAIN_H
#define PRELOAD_EVENT_DRAIN_H

#include "preload/ring_view.h"
#include "preload/writer.h"

/*
 * Writes one block from the buffer's tail up to `head` at most, and moves the
 * tail. Adds the events written to STAT_EVENTS. 0, or -errno of writing with
 * the tail where it was. No other thread has had events since `alone_since`: of
 * later ticks the last four bits, worth a quarter of the dump, are left out.
 */
int event_drain_block(struct writer *w, const struct ring_view_buffer *buffer,
		      uint64_t head, uint64_t alone_since);
/*
 * Before a round's blocks: the thread names of sealed buffers that have few
 * events, together in one block rather than each in its own. 0 or -errno.
 */
int event_drain_names(struct writer *w, const struct ring_view *view);
/* Moves the tail to `head` without writing: counted as dropped. */
void event_drain_drop(struct writer *w, const struct ring_view_buffer *buffer,
		      uint64_t head);

#endif
