/* SPDX-License-Identifier: MIT */
/*
 * heapwise-collect --finish on a dump and the ring file beside it; an input is
 * that of the target `ring`. What was folded in must be what the analyzer took
 * from the ring file before, if both found it whole.
 */
#ifndef TESTS_FUZZ_FOLD_RING_H
#define TESTS_FUZZ_FOLD_RING_H

#include "tests/fuzz/target.h"

void fold_ring(const uint8_t *data, size_t len);

#endif
