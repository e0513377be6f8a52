/* SPDX-License-Identifier: MIT */
/* One file each: detect_NAME.c. */
#ifndef ANALYZER_ADVICE_DETECTORS_H
#define ANALYZER_ADVICE_DETECTORS_H

#include "analyzer/advice/advice.h"

extern const struct detector detector_reserve;
extern const struct detector detector_hoist;
extern const struct detector detector_stack;
extern const struct detector detector_arena;
extern const struct detector detector_pool;
extern const struct detector detector_sized_pool;
extern const struct detector detector_handoff;
extern const struct detector detector_slab;
extern const struct detector detector_size_class;
extern const struct detector detector_zeroing;
extern const struct detector detector_false_sharing;
extern const struct detector detector_leak;

#endif
