/* SPDX-License-Identifier: MIT */
#include "analyzer/output/frame_table.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"

/* A call that was met. Names and files are interned by the symbolizer, but a
 * function's may come from several modules: they are compared as text. */
struct frame_entry {
	const struct symbol_call *call;
	struct frame frame;
	char *line; /* the key of by_line, for the first of its equals */
	size_t number;
	UT_hash_handle hh, hh_line;
};

static char *line_key(const struct frame *frame)
{
	const char *file = frame->call->file;

	return xasprintf("%d:%zu:%s:%s", frame->call->line,
			 strlen(frame_name(frame)), frame_name(frame),
			 file ? file : "");
}

/* The number of an equal that was met before; else a new one. */
static size_t find_number(struct frame_table *table, struct frame_entry *entry)
{
	struct frame_entry *equal = NULL;

	if (table->same == FRAME_SAME_LINE) {
		entry->line = line_key(&entry->frame);
		HASH_FIND(hh_line, table->by_line, entry->line,
			  strlen(entry->line), equal);
	}
	if (equal) {
		free(entry->line);
		entry->line = NULL;
		return equal->number;
	}
	if (entry->line)
		HASH_ADD_KEYPTR(hh_line, table->by_line, entry->line,
				strlen(entry->line), entry);
	GROW(table->frames, table->capacity, table->count);
	table->frames[table->count] = &entry->frame;
	return table->count++;
}

size_t frame_table_number(struct frame_table *table, const struct frame *frame)
{
	struct frame_entry *entry;

	HASH_FIND_PTR(table->by_call, &frame->call, entry);
	if (entry)
		return entry->number;
	entry = xcalloc(1, sizeof(*entry));
	entry->call = frame->call;
	entry->frame = *frame;
	entry->number = find_number(table, entry);
	HASH_ADD_PTR(table->by_call, call, entry);
	return entry->number;
}

void frame_table_release(struct frame_table *table)
{
	struct frame_entry *entry, *next;

	HASH_CLEAR(hh_line, table->by_line);
	HASH_ITER(hh, table->by_call, entry, next) {
		HASH_DEL(table->by_call, entry);
		free(entry->line);
		free(entry);
	}
	free(table->frames);
	*table = (struct frame_table){ .same = table->same };
}
