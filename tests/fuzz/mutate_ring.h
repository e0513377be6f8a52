/* SPDX-License-Identifier: MIT */
/*
 * Mutates a ring target's input: a field of the ring file's header, of a
 * buffer, an event, a node or a module; or the dump beside it.
 */
#ifndef TESTS_FUZZ_MUTATE_RING_H
#define TESTS_FUZZ_MUTATE_RING_H

#include "tests/fuzz/target.h"

void mutate_ring(struct fuzz_bytes *input, fuzz_mutate_bytes *bytes);

#endif
