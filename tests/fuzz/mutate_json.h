/* SPDX-License-Identifier: MIT */
/*
 * Mutates an input of target `baseline`, a byte and two parts (commands.h),
 * of which those that are JSON stay so: a value changes, a member comes, goes
 * or is another's copy.
 */
#ifndef TESTS_FUZZ_MUTATE_JSON_H
#define TESTS_FUZZ_MUTATE_JSON_H

#include "tests/fuzz/target.h"

void mutate_json(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate);

#endif
