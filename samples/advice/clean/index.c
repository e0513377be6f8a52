/* SPDX-License-Identifier: MIT */
/*
 * A dictionary: 3,000 entries of many sizes are put into a hash table at the
 * start, and then looked up for the rest of the run. All allocations are made
 * in the first hundredth of it, and kept because they are needed. Everything
 * goes at the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES 3000
#define BUCKETS 4096

struct entry {
	struct entry *next;
	uint32_t key, length;
	char text[];
};

struct dictionary {
	struct entry *buckets[BUCKETS];
	unsigned entries;
};

static uint32_t hash(uint32_t key)
{
	key ^= key >> 16;
	key *= 0x7feb352d;
	key ^= key >> 15;
	return key % BUCKETS;
}

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		exit(1);
	return block;
}

static void dictionary_add(struct dictionary *d, uint32_t key)
{
	uint32_t length = 40 + key * 7 % 300;
	struct entry *entry = xmalloc(sizeof(*entry) + length);

	entry->key = key;
	entry->length = length;
	memset(entry->text, 'a' + key % 26, length);
	entry->next = d->buckets[hash(key)];
	d->buckets[hash(key)] = entry;
	d->entries++;
}

static const struct entry *dictionary_find(const struct dictionary *d,
					   uint32_t key)
{
	const struct entry *entry = d->buckets[hash(key)];

	while (entry && entry->key != key)
		entry = entry->next;
	return entry;
}

static void dictionary_drop(struct dictionary *d)
{
	for (int i = 0; i < BUCKETS; i++) {
		struct entry *entry = d->buckets[i], *next;

		for (; entry; entry = next) {
			next = entry->next;
			free(entry);
		}
	}
}

int main(void)
{
	static struct dictionary dictionary;
	uint32_t seed = 2, found = 0, sum = 0;

	for (uint32_t key = 0; key < ENTRIES; key++)
		dictionary_add(&dictionary, key * 3);
	for (int i = 0; i < 8000000; i++) {
		const struct entry *entry;

		seed = seed * 1664525 + 1013904223;
		entry = dictionary_find(&dictionary,
					(seed >> 8) % (ENTRIES * 3));
		if (!entry)
			continue;
		found++;
		sum += entry->text[seed % entry->length];
	}
	printf("%u found, sum %u\n", found, sum);
	dictionary_drop(&dictionary);
	return 0;
}
