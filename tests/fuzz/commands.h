/* SPDX-License-Identifier: MIT */
/*
 * Commands on hostile dumps. An input's first byte chooses the command line,
 * the rest is the dump. Two dumps (diff) and a ring file with its dump (ring)
 * stand one after the other, behind the first one's length in 4 bytes.
 */
#ifndef TESTS_FUZZ_COMMANDS_H
#define TESTS_FUZZ_COMMANDS_H

#include "tests/fuzz/target.h"

/* The first of two parts: its bytes; the second's are what follows. */
const uint8_t *commands_part(const uint8_t *data, size_t len, size_t *part);

void commands_reader(const uint8_t *data, size_t len);
void commands_report(const uint8_t *data, size_t len);
void commands_export(const uint8_t *data, size_t len);
void commands_advise(const uint8_t *data, size_t len);
void commands_simulate(const uint8_t *data, size_t len);
void commands_diff(const uint8_t *data, size_t len);
void commands_ring(const uint8_t *data, size_t len);

#endif
