/* SPDX-License-Identifier: MIT */
/* The mutators' choices: the same for the same seed. One thread. */
#ifndef TESTS_FUZZ_DICE_H
#define TESTS_FUZZ_DICE_H

#include <stdint.h>

void dice_seed(uint64_t seed);
/* From 0 to sides - 1; 0 if sides is 0. */
uint64_t dice(uint64_t sides);
/* Another value for a field: a neighbour, a limit, a power of two, anything. */
uint64_t dice_value(uint64_t old);

#endif
