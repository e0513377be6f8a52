/* SPDX-License-Identifier: MIT */
#include "analyzer/call_names.h"
#include "analyzer/frame.h"
#include "analyzer/function_name.h"
#include "analyzer/hash.h"

#include <stdlib.h>
#include <string.h>

struct name {
	struct call_name name;
	UT_hash_handle hh;
	char key[]; /* module and function */
};

struct call {
	const struct symbol_call *call;
	struct name *name;
	UT_hash_handle hh;
};

struct call_names {
	bool all;
	struct name *names;
	struct name **by_id;
	size_t count, capacity;
	struct call *calls;
};

struct call_names *call_names_new(bool all)
{
	struct call_names *names = xcalloc(1, sizeof(*names));

	names->all = all;
	return names;
}

void call_names_free(struct call_names *names)
{
	struct name *name, *next_name;
	struct call *call, *next_call;

	HASH_ITER(hh, names->names, name, next_name)
	{
		HASH_DEL(names->names, name);
		free(name);
	}
	HASH_ITER(hh, names->calls, call, next_call)
	{
		HASH_DEL(names->calls, call);
		free(call);
	}
	free(names->by_id);
	free(names);
}

/* A program may have a function of its own that is named clone. */
static bool calls_main(const char *function, const char *module)
{
	const char *file = module ? symbol_basename(module) : "";

	return frame_is_runtime_start(function) &&
	       (strcmp(function, "_start") == 0 ||
		strncmp(file, "libc.so", 7) == 0 ||
		strncmp(file, "libpthread", 10) == 0);
}

static struct name *add(struct call_names *names, const char *function,
			const char *module, const char *key)
{
	size_t len = strlen(key);
	struct name *name = xcalloc(1, sizeof(*name) + len + 1);
	bool hidden =
		frame_is_allocator(function) || calls_main(function, module);

	memcpy(name->key, key, len);
	name->name = (struct call_name){
		.id = (uint32_t)names->count,
		.hidden = hidden && !names->all,
		.library = !names->all && function_is_library(function),
		.function = function,
		.module = module,
	};
	GROW(names->by_id, names->capacity, names->count);
	names->by_id[names->count++] = name;
	HASH_ADD_KEYPTR(hh, names->names, name->key, len, name);
	return name;
}

static struct name *find(struct call_names *names, const struct symbol *symbol,
			 const struct symbol_call *call)
{
	const char *function = call->function ? call->function : symbol->place;
	const char *module = symbol->module ? symbol->module->path : NULL;
	char *key = xasprintf("%s\n%s", module ? module : "", function);
	struct name *name;

	HASH_FIND(hh, names->names, key, strlen(key), name);
	if (!name)
		name = add(names, function, module, key);
	free(key);
	return name;
}

const struct call_name *call_names_get(struct call_names *names,
				       const struct symbol *symbol, size_t call)
{
	const struct symbol_call *key = &symbol->calls[call];
	struct call *entry;

	HASH_FIND_PTR(names->calls, &key, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->call = key;
		entry->name = find(names, symbol, key);
		HASH_ADD_PTR(names->calls, call, entry);
	}
	return &entry->name->name;
}

const struct call_name *call_names_of(const struct call_names *names,
				      uint32_t id)
{
	return &names->by_id[id]->name;
}
