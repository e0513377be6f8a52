/* SPDX-License-Identifier: MIT */
/*
 * When threads hand blocks to each other several times a tick, the first order
 * that comes to mind can end where no thread's next event is possible. Then
 * this goes back as far as the timeline's log allows and looks for an order in
 * which all are. Which blocks are live depends only on how far each thread is,
 * not on how it got there: so a state that led nowhere is not tried again.
 */
#ifndef ANALYZER_ORDER_SEARCH_H
#define ANALYZER_ORDER_SEARCH_H

#include "analyzer/timeline.h"

struct order_search;

struct order_search *order_search_new(struct timeline *t);
void order_search_free(struct order_search *search);

/*
 * `lanes` are those whose next event is not far past the tick at which lane
 * lanes[0] cannot go on. Could another lane have something to do with it: by a
 * logged event of its address, or by one of the next?
 */
bool order_search_has_hope(struct order_search *search,
			   const uint32_t *lanes, size_t count);

/*
 * Finds an order that takes all these lanes past `tick`. True: the timeline is
 * there. False: there is none, or it takes too long; the timeline is back
 * where it may try otherwise. Either way other lanes may have moved, too.
 */
bool order_search_run(struct order_search *search, const uint32_t *lanes,
		      size_t count, uint64_t tick);

/* Searching may take time in proportion to the events: this many are done. */
void order_search_pay(struct order_search *search, uint64_t events);

#endif
