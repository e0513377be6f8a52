/* SPDX-License-Identifier: MIT */
/*
 * Numbers from 1 by what they stand for: an open table. The things themselves
 * are in an array of the owner's, whose functions hash and compare them. One
 * thread.
 */
#ifndef ANALYZER_DIFF_POOL_TABLE_H
#define ANALYZER_DIFF_POOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed at first. */
struct pool_table {
	uint32_t *slots; /* 0: empty */
	size_t count, capacity;
};

/* What is looked for, and how to know it. */
struct pool_probe {
	const void *pool;
	const void *key;
	bool (*equals)(const void *pool, uint32_t number, const void *key);
	uint64_t (*hash_of)(const void *pool, uint32_t number);
};

/* The slot of a key; 0 if it is new: the caller then fills it. */
uint32_t *pool_table_find(struct pool_table *table,
			  const struct pool_probe *probe, uint64_t hash);
/* Room for that many more; only `pool` and `hash_of` are looked at. */
void pool_table_reserve(struct pool_table *table,
			const struct pool_probe *probe, size_t more);
void pool_table_release(struct pool_table *table);

uint64_t pool_hash_text(const char *text);
uint64_t pool_hash_words(const uint64_t *words, size_t count);

#endif
