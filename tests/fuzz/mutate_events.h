/* SPDX-License-Identifier: MIT */
/* Changes events of an EVENTS block and encodes them anew. */
#ifndef TESTS_FUZZ_MUTATE_EVENTS_H
#define TESTS_FUZZ_MUTATE_EVENTS_H

#include "tests/fuzz/blocks.h"

/* 0; -1 if the payload cannot be decoded: then nothing was changed. */
int mutate_events(struct raw_block *block);

#endif
