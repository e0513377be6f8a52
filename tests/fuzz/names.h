/* SPDX-License-Identifier: MIT */
/*
 * Names from a hostile ELF file: it is taken for the module that was recorded,
 * and asked for symbols, lines and inlined calls.
 */
#ifndef TESTS_FUZZ_NAMES_H
#define TESTS_FUZZ_NAMES_H

#include "tests/fuzz/target.h"

void names_run(const uint8_t *data, size_t len);

#endif
