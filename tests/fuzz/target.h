/* SPDX-License-Identifier: MIT */
/*
 * What is fuzzed: a table of targets, each a way into the analyzer with bytes
 * that anybody may have written. libFuzzer (fuzz.c) and a plain program that
 * replays inputs (replay.c) share it. To add one: a line in target.c and its
 * functions.
 */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Mutates bytes without knowing what they are: libFuzzer's way, or a plain
 * one. Returns the new length, at most max. */
typedef size_t fuzz_mutate_bytes(uint8_t *data, size_t len, size_t max);

struct fuzz_bytes {
	uint8_t *data;
	size_t len, max;
};

struct fuzz_target {
	const char *name;
	void (*run)(const uint8_t *data, size_t len);
	/* Knows the format, and keeps checksums right; NULL: bytes will do. */
	void (*mutate)(struct fuzz_bytes *input, fuzz_mutate_bytes *bytes);
	/* How large the input is for the bounds: decompressed. NULL: len. */
	uint64_t (*raw_bytes)(const uint8_t *data, size_t len);
};

/* NULL: there is none of that name. */
const struct fuzz_target *fuzz_target_named(const char *name);
/* NULL past the last. */
const struct fuzz_target *fuzz_target_at(size_t index);

#endif
