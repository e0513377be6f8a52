/* SPDX-License-Identifier: MIT */
/*
 * Sizes and numbers as people type them: "12", "64K", "1M". The letters are
 * powers of 1024.
 */
#ifndef ANALYZER_SIZE_TEXT_H
#define ANALYZER_SIZE_TEXT_H

#include <stdint.h>

/* Digits, then nothing or one of K, M, G, T (either case). Returns 0, or -1
 * if `text` is anything else or does not fit; *bytes is then unchanged. */
int size_text_parse(const char *text, uint64_t *bytes);

/* Digits only, at most `max`. Returns 0, or -1. */
int number_text_parse(const char *text, uint64_t max, uint64_t *number);

#endif
