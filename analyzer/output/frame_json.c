/* SPDX-License-Identifier: MIT */
#include "analyzer/output/frame_json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/json_value.h"

#define ROWS_BITS 13 /* with SLOTS: programs have fewer calls, mostly */
#define SLOTS 8

/* A call's text, in any slot of its row; if all are taken, one of them is. */
struct made {
	const struct symbol_call *call;
	char *text;
};

struct frame_json {
	struct made rows[1u << ROWS_BITS][SLOTS];
	unsigned int taken; /* the slot that was taken last */
};

struct frame_json *frame_json_new(void)
{
	return xcalloc(1, sizeof(struct frame_json));
}

void frame_json_free(struct frame_json *cache)
{
	for (size_t i = 0; i < sizeof(cache->rows) / sizeof(*cache->rows); i++)
		for (size_t j = 0; j < SLOTS; j++)
			free(cache->rows[i][j].text);
	free(cache);
}

static json_t *hexadecimal(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_string(text);
}

static char *make(const struct frame *f)
{
	const struct symbol *symbol = f->symbol;
	const struct model_module *module = symbol->module;
	json_t *object = json_object();
	char *text;

	json_value_set(object, "function", json_value_text(f->call->function));
	json_value_set(object, "file", json_value_text(f->call->file));
	json_value_set(object, "line", f->call->file ?
		       json_integer(f->call->line) : json_null());
	json_value_set(object, "start_line",
		       f->call->file && f->call->start_line > 0 ?
			       json_integer(f->call->start_line) : json_null());
	json_value_set(object, "module",
		       json_value_text(module ? module->path : NULL));
	json_value_set(object, "address", hexadecimal(symbol->address));
	json_value_set(object, "offset", module ?
		       hexadecimal(symbol->address - module->base) :
		       json_null());
	json_value_set(object, "inlined", json_boolean(f->call->inlined));
	text = json_dumps(object, JSON_COMPACT);
	if (!text)
		memory_exhausted();
	json_decref(object);
	return text;
}

static const char *text_of(struct frame_json *cache, const struct frame *f)
{
	uint64_t hash = (uintptr_t)f->call * UINT64_C(0x9e3779b97f4a7c15);
	struct made *row = cache->rows[hash >> (64 - ROWS_BITS)], *slot;

	for (slot = row; slot < row + SLOTS && slot->call; slot++)
		if (slot->call == f->call)
			return slot->text;
	if (slot == row + SLOTS)
		slot = &row[++cache->taken % SLOTS];
	free(slot->text);
	slot->text = make(f);
	slot->call = f->call;
	return slot->text;
}

void frame_json_put(struct frame_json *cache, FILE *file,
		    const struct frame_list *list)
{
	fputs("\"frames\":[", file);
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			fputc(',', file);
		fputs(text_of(cache, &list->frames[i]), file);
	}
	fprintf(file, "],\"frames_truncated\":%s",
		list->truncated ? "true" : "false");
}
