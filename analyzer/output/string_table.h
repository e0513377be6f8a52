/* SPDX-License-Identifier: MIT */
/*
 * Strings, each once, by the number that others name it by. Number 0 is the
 * empty string; the rest are numbered as they come. Strings are made fit to
 * show before they are looked up: a reader may print them to a terminal.
 */
#ifndef ANALYZER_OUTPUT_STRING_TABLE_H
#define ANALYZER_OUTPUT_STRING_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct string_table_entry;

struct string_table {
	struct string_table_entry *by_text;
	const char **texts;
	size_t count, capacity;
};

void string_table_init(struct string_table *table);
void string_table_release(struct string_table *table);

/* The number of a string; of NULL, 0. */
uint64_t string_table_add(struct string_table *table, const char *text);

#endif
