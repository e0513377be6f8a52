/* SPDX-License-Identifier: MIT */
/*
 * Numbers for frames, in the order in which they are first met: formats that
 * list each frame once refer to it by its number. Which frames are one is the
 * format's choice. Memory: some 250 bytes a frame, and its text. The symbols
 * must stay.
 */
#ifndef ANALYZER_OUTPUT_FRAME_TABLE_H
#define ANALYZER_OUTPUT_FRAME_TABLE_H

#include <stdbool.h>

#include "analyzer/frame.h"

enum frame_same {
	FRAME_SAME_CALL, /* the same address */
	FRAME_SAME_LINE, /* the same function, file and line, wherever */
};

struct frame_table {
	enum frame_same same;
	const struct frame **frames; /* by number */
	size_t count, capacity;
	struct frame_entry *by_call; /* private */
	struct frame_entry *by_line; /* private */
};

/* Zeroed but for `same` is an empty table. */
size_t frame_table_number(struct frame_table *table, const struct frame *frame);
void frame_table_release(struct frame_table *table);

#endif
