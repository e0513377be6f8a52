/* SPDX-License-Identifier: MIT */
/*
 * The part of the ring reader that knows buffers: finds them, puts those of one
 * thread in order, takes their events out.
 */
#ifndef ANALYZER_RING_BUFFERS_H
#define ANALYZER_RING_BUFFERS_H

#include "analyzer/ring_snapshot.h"

/*
 * Fills the snapshot's pieces, and its threads' names. What makes no sense is
 * left out and sets `damaged`. settle: the intent's block was written, so its
 * buffer's tail is the intent's.
 */
void ring_buffers_read(struct ring_snapshot *snapshot, bool settle);

#endif
