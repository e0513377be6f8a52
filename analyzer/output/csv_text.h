/* SPDX-License-Identifier: MIT */
/* Cells of RFC 4180. */
#ifndef ANALYZER_OUTPUT_CSV_TEXT_H
#define ANALYZER_OUTPUT_CSV_TEXT_H

#include <stdio.h>

#include "analyzer/frame.h"

/* In quotes, valid UTF-8 whatever it was. */
void csv_put_text(FILE *file, const char *text);
/* A stack in one such cell, leaf first, joined by " < ". */
void csv_put_frames(FILE *file, const struct frame_list *list);

#endif
