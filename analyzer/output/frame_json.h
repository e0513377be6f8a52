/* SPDX-License-Identifier: MIT */
/*
 * Frames as JSON objects, of which some 65,000 are kept: stacks share most of
 * theirs, and a large report has millions of frames of a few thousand calls.
 */
#ifndef ANALYZER_OUTPUT_FRAME_JSON_H
#define ANALYZER_OUTPUT_FRAME_JSON_H

#include <stdio.h>

#include "analyzer/frame.h"

struct frame_json;

struct frame_json *frame_json_new(void);
void frame_json_free(struct frame_json *cache);

/* "frames":[...],"frames_truncated":... of a list; its symbols outlive the
 * cache. */
void frame_json_put(struct frame_json *cache, FILE *file,
		    const struct frame_list *list);

#endif
