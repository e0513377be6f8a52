/* SPDX-License-Identifier: MIT */
/*
 * Mutates an input that begins with one byte and holds a dump after that, or
 * two (diff): a block is decompressed, a field of its payload or header is
 * changed, or records or blocks come, go or repeat; the checksums are right.
 */
#ifndef TESTS_FUZZ_MUTATE_DUMP_H
#define TESTS_FUZZ_MUTATE_DUMP_H

#include "tests/fuzz/target.h"

void mutate_dump(struct fuzz_bytes *input, fuzz_mutate_bytes *bytes);
/* One of two dumps, see commands.h; or it takes the other's place. */
void mutate_diff(struct fuzz_bytes *input, fuzz_mutate_bytes *bytes);

/* A dump alone, of len bytes; returns its new length, at most room. */
size_t mutate_dump_only(uint8_t *dump, size_t len, size_t room,
			fuzz_mutate_bytes *bytes);

#endif
