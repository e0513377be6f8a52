/* SPDX-License-Identifier: MIT */
/*
 * What users type or commit: files of conditions and of thresholds, patterns,
 * sizes, options. An input of words_options() is a command's letter (r is
 * record), then a word a line; a word that begins with @ is a small dump's path.
 */
#ifndef TESTS_FUZZ_WORDS_H
#define TESTS_FUZZ_WORDS_H

#include "tests/fuzz/target.h"

void words_budget(const uint8_t *data, size_t len);
void words_thresholds(const uint8_t *data, size_t len);
void words_patterns(const uint8_t *data, size_t len);
void words_options(const uint8_t *data, size_t len);

#endif
