/* SPDX-License-Identifier: MIT */
/*
 * Sites in a crafted program: an input is a byte that chooses the command line,
 * the ELF file's length in 4 bytes, the file, and the text of a source file
 * named inlined.c. The dump of calls from all over that program is made here.
 */
#ifndef TESTS_FUZZ_SOURCES_H
#define TESTS_FUZZ_SOURCES_H

#include "tests/fuzz/target.h"

void sources_run(const uint8_t *data, size_t len);
/* Bytes of the file, or of the text. */
void sources_mutate(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate);

#endif
