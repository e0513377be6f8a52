/* SPDX-License-Identifier: MIT */
/* When and how a recording was made, in the words of every head. Fresh. */
#ifndef ANALYZER_OUTPUT_HOW_RECORDED_H
#define ANALYZER_OUTPUT_HOW_RECORDED_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-21 15:27:05", in local time; ns since 1970, 0: not known. */
char *how_recorded_start(uint64_t realtime_ns);
/* "every event", or "1 sample every 512 KiB". */
char *how_recorded_mode(bool sampled, uint64_t sample_bytes);

#endif
