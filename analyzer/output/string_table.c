/* SPDX-License-Identifier: MIT */
#include "analyzer/output/string_table.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"

struct string_table_entry {
	uint64_t number;
	UT_hash_handle hh;
	char text[];
};

static uint64_t add_clean(struct string_table *table, const char *text)
{
	size_t len = strlen(text);
	struct string_table_entry *entry;

	HASH_FIND(hh, table->by_text, text, len, entry);
	if (entry)
		return entry->number;
	entry = xcalloc(1, sizeof(*entry) + len + 1);
	memcpy(entry->text, text, len);
	entry->number = table->count;
	HASH_ADD_KEYPTR(hh, table->by_text, entry->text, len, entry);
	GROW(table->texts, table->capacity, table->count);
	table->texts[table->count++] = entry->text;
	return entry->number;
}

void string_table_init(struct string_table *table)
{
	*table = (struct string_table){ 0 };
	add_clean(table, "");
}

void string_table_release(struct string_table *table)
{
	struct string_table_entry *entry, *next;

	HASH_ITER(hh, table->by_text, entry, next) {
		HASH_DEL(table->by_text, entry);
		free(entry);
	}
	free(table->texts);
	*table = (struct string_table){ 0 };
}

uint64_t string_table_add(struct string_table *table, const char *text)
{
	uint64_t number;
	char *clean;

	if (!text || !*text)
		return 0;
	clean = text_line(text);
	number = add_clean(table, clean);
	free(clean);
	return number;
}
