/* SPDX-License-Identifier: MIT */
/*
 * The recorder's counters in words: what was lost, and what is worth knowing.
 * One table, by enum stat_tag.
 */
#ifndef ANALYZER_LOSS_H
#define ANALYZER_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "include/dump_format.h"

enum loss_kind {
	LOSS_EVENTS,  /* events that are not in the dump */
	LOSS_STACKS,  /* events whose stack is not complete */
	LOSS_WRITING, /* the dump could not be written */
	LOSS_NOTE,    /* nothing is lost by it */
};

struct loss {
	enum stat_tag tag;
	enum loss_kind kind;
	const char *key;  /* in JSON */
	const char *text; /* follows the number: "events were ..." */
};

extern const struct loss losses[];
extern const size_t loss_count;

#endif
