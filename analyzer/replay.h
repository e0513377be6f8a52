/* SPDX-License-Identifier: MIT */
/*
 * All events of a recording in one order, and the blocks live at each moment.
 * Threads are merged by tick; what a tick leaves open is resolved by the
 * addresses: an allocation of an address that is live, or a release of one that
 * is not, makes its thread wait until another thread has resolved it or every
 * other thread is past its tick + TIMELINE_SLACK_TICKS or waits itself. If the
 * order chosen so far was wrong, another is looked for (order_search.h); if
 * none can be, the event is forced, and counted. Events pass a sink, once, a
 * little behind the merge; while no other thread is near, at once. Memory: 64
 * bytes a live block, a bounded window of decoded events, 32 bytes an EVENTS
 * block. One thread, besides the decoder's own.
 */
#ifndef ANALYZER_REPLAY_H
#define ANALYZER_REPLAY_H

#include "analyzer/replay_sink.h"

/*
 * Passes every event to the sink. Blocks that cannot be read are noted in the
 * recording's damage list (once) and counted. Returns 0; damage is no failure.
 * `live`, if not NULL, receives the blocks still live (init'ed here; the caller
 * releases it).
 */
int replay_run(struct recording *recording, const struct replay_sink *sink,
	       struct replay_counts *counts, struct live_table *live);

#endif
