/* SPDX-License-Identifier: MIT */
/*
 * What comes to the recorder through its environment: an input is a letter and
 * a value a line. And the options of `record`, up to the collector's start.
 */
#ifndef TESTS_FUZZ_VARIABLES_H
#define TESTS_FUZZ_VARIABLES_H

#include "tests/fuzz/target.h"

void variables_run(const uint8_t *data, size_t len);
/* A word a line; in the scratch directory, of which they may name files. */
void variables_record(const uint8_t *words, size_t len);

#endif
