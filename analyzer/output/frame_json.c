/* SPDX-License-Identifier: MIT */
#include "analyzer/output/frame_json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/output/json_value.h"

struct made {
	const struct symbol_call *call; /* the key */
	char *text;
	UT_hash_handle hh;
};

struct frame_json {
	struct made *made;
};

struct frame_json *frame_json_new(void)
{
	return xcalloc(1, sizeof(struct frame_json));
}

void frame_json_free(struct frame_json *cache)
{
	struct made *entry, *next;

	HASH_ITER(hh, cache->made, entry, next) {
		HASH_DEL(cache->made, entry);
		free(entry->text);
		free(entry);
	}
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
	struct made *entry;

	HASH_FIND_PTR(cache->made, &f->call, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->call = f->call;
		entry->text = make(f);
		HASH_ADD_PTR(cache->made, call, entry);
	}
	return entry->text;
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
