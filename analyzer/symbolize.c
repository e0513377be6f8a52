/* SPDX-License-Identifier: MIT */
#include "analyzer/symbolize.h"
#include "analyzer/call_path.h"
#include "analyzer/demangle.h"
#include "analyzer/function_name.h"
#include "analyzer/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What may be held of a module's debug information while addresses are asked
 * for in any order, and while they are named in that of units. */
#define HELD_MAX ((size_t)192 << 20)
#define HELD_IN_ORDER ((size_t)64 << 20)

struct address_key {
	uint64_t address;
	uint64_t module; /* id; 64 bits, so that the key has no padding */
};

struct resolved {
	struct address_key key;
	struct symbol symbol;
	bool asked; /* for; else named with all others */
	UT_hash_handle hh;
	struct symbol_call calls[]; /* behind them the text of its place */
};

/* An address to be named, and which unit of its module has it. */
struct waiting {
	size_t unit;
	uint64_t address;
};

/* Names and paths, each once: keyed by the bytes they were made from. */
struct interned {
	char *text;
	UT_hash_handle hh;
	char key[];
};

struct module_use {
	struct module_image image;
	bool opened;
	bool all_named; /* every address in it that stands in a stack */
	size_t gaps; /* addresses of which not all was known */
};

struct symbolizer {
	const struct model *model;
	const struct debug_search *search;
	struct module_use *modules; /* as model->modules */
	struct resolved *resolved;
	struct interned *names; /* mangled to demangled */
	struct interned *paths;
};

const char *symbol_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

struct symbolizer *symbolizer_new(const struct model *model,
				  const struct debug_search *search)
{
	static const struct debug_search usual;
	struct symbolizer *s = xcalloc(1, sizeof(*s));

	s->model = model;
	s->search = search ? search : &usual;
	s->modules = xcalloc(model->module_count + 1, sizeof(*s->modules));
	return s;
}

static void free_resolved(struct symbolizer *s)
{
	struct resolved *entry, *next;

	HASH_ITER(hh, s->resolved, entry, next) {
		HASH_DEL(s->resolved, entry);
		free(entry);
	}
}

static void free_interned(struct interned **table)
{
	struct interned *entry, *next;

	HASH_ITER(hh, *table, entry, next) {
		HASH_DEL(*table, entry);
		free(entry->text);
		free(entry);
	}
}

void symbolizer_free(struct symbolizer *s)
{
	if (!s)
		return;
	free_resolved(s);
	free_interned(&s->names);
	free_interned(&s->paths);
	for (size_t i = 0; i < s->model->module_count; i++)
		if (s->modules[i].opened)
			module_image_release(&s->modules[i].image);
	free(s->modules);
	free(s);
}

static const struct interned *intern(struct interned **table, const char *key,
				     char *(*make)(const char *))
{
	struct interned *entry;
	size_t len = strlen(key);

	HASH_FIND(hh, *table, key, len, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry) + len + 1);
		memcpy(entry->key, key, len);
		entry->text = make(key);
		HASH_ADD_KEYPTR(hh, *table, entry->key, len, entry);
	}
	return entry;
}

static char *copy(const char *text)
{
	return xstrndup(text, strlen(text));
}

static const char *call_file(struct symbolizer *s,
			     const struct debug_call *call)
{
	const char *result = NULL;
	char *path = call_path(call);

	if (path)
		result = intern(&s->paths, path, copy)->text;
	free(path);
	return result;
}

static struct module_image *module_image_of(struct symbolizer *s,
					    const struct model_module *module)
{
	struct module_use *state;

	if (!module)
		return NULL;
	state = &s->modules[module - s->model->modules];
	if (!state->opened)
		module_image_init(&state->image, module, s->search,
				  s->model->meta.start_realtime_ns);
	state->opened = true;
	return state->image.mod ? &state->image : NULL;
}

/* Where the call is, in the file's own addresses: a return address is one past
 * it, maybe in the next function. */
static uint64_t call_place(const struct model_module *module, uint64_t address)
{
	return address - 1 - module->base;
}

/* The name of a symbol as the source has it: equal functions are equal. */
static const struct interned *shown_name(struct symbolizer *s,
					 const char *symbol)
{
	size_t len = function_symbol_len(symbol);
	const struct interned *shown;
	char *name;

	if (!symbol[len])
		return intern(&s->names, symbol, demangle);
	name = xstrndup(symbol, len);
	shown = intern(&s->names, name, demangle);
	free(name);
	return shown;
}

static const struct interned *function_at(struct symbolizer *s,
					  struct module_image *image,
					  uint64_t place)
{
	const struct symbol_entry *entry =
		symbol_table_find(module_image_symbols(image), place);

	return entry ? shown_name(s, entry->name) : NULL;
}

const char *symbolizer_function(struct symbolizer *s, uint32_t module,
				uint64_t address)
{
	const struct model_module *m = model_module(s->model, module);
	struct module_image *image = module_image_of(s, m);
	const struct interned *name;

	if (!image || address == 0)
		return NULL;
	name = function_at(s, image, call_place(m, address));
	return name ? name->text : NULL;
}

/* How many; at least 1. */
static size_t find_calls(struct symbolizer *s, struct module_image *image,
			 uint64_t place,
			 struct symbol_call found[DEBUG_CALLS_MAX])
{
	struct debug_call calls[DEBUG_CALLS_MAX] = { { 0 } };
	struct debug_info *debug = module_image_debug(image);
	const struct interned *symbol;
	size_t count;

	errno = 0;
	count = debug ? debug_info_calls(debug, place, calls) : 0;
	module_image_note_memory(image);
	symbol = function_at(s, image, place);
	if (count == 0)
		count = 1;
	for (size_t i = 0; i < count; i++) {
		struct symbol_call *call = &found[i];
		const struct interned *name = NULL;

		call->inlined = i + 1 < count;
		call->file = call_file(s, &calls[i]);
		call->line = calls[i].line;
		call->start_line = calls[i].start_line;
		if (!call->inlined && symbol)
			name = symbol;
		else if (calls[i].name)
			name = shown_name(s, calls[i].name);
		call->function = name ? name->text : NULL;
		call->linkage = name ? name->key : NULL;
	}
	return count;
}

static void count_gap(struct symbolizer *s, const struct symbol *symbol)
{
	const struct symbol_call *call =
		&symbol->calls[symbol->call_count - 1];
	size_t index;

	if (!symbol->module)
		return;
	index = (size_t)(symbol->module - s->model->modules);
	if (call->function && symbol->calls[0].line > 0 &&
	    s->modules[index].image.state != MODULE_NO_MEMORY)
		return;
	s->modules[index].gaps++;
}

static int by_addresses(const void *left, const void *right)
{
	const struct symbol_gap *a = left, *b = right;

	if (a->addresses != b->addresses)
		return a->addresses > b->addresses ? -1 : 1;
	return a->module < b->module ? -1 : a->module > b->module;
}

size_t symbolizer_gaps(const struct symbolizer *s, struct symbol_gap **gaps)
{
	size_t count = 0;

	*gaps = xcalloc(s->model->module_count + 1, sizeof(**gaps));
	for (size_t i = 0; i < s->model->module_count; i++) {
		const struct module_use *state = &s->modules[i];

		if (state->gaps == 0 || state->image.state == MODULE_MATCHED)
			continue;
		(*gaps)[count++] = (struct symbol_gap){
			.module = &s->model->modules[i],
			.state = state->image.state,
			.addresses = state->gaps,
		};
	}
	qsort(*gaps, count, sizeof(**gaps), by_addresses);
	return count;
}

static char *place_text(const struct model_module *module, uint64_t address)
{
	if (address == 0)
		return copy("(unknown)");
	if (!module)
		return xasprintf("0x%" PRIx64, address);
	return xasprintf("%s+0x%" PRIx64, symbol_basename(module->path),
			 address - module->base);
}

static struct resolved *new_resolved(const struct address_key *key,
				     const struct model_module *module,
				     const struct symbol_call *calls,
				     size_t count)
{
	char *place = place_text(module, key->address);
	size_t bytes = count * sizeof(*calls);
	struct resolved *entry =
		xcalloc(1, sizeof(*entry) + bytes + strlen(place) + 1);

	entry->key = *key;
	memcpy(entry->calls, calls, bytes);
	entry->symbol = (struct symbol){
		.address = key->address,
		.module = module,
		.place = strcpy((char *)(entry->calls + count), place),
		.calls = entry->calls,
		.call_count = count,
	};
	free(place);
	return entry;
}

static struct resolved *resolve(struct symbolizer *s,
				const struct address_key *key)
{
	struct symbol_call calls[DEBUG_CALLS_MAX] = { { 0 } };
	const struct model_module *module =
		model_module(s->model, (uint32_t)key->module);
	struct module_image *image = module_image_of(s, module);
	struct resolved *entry;
	size_t count = 1;

	if (image && key->address != 0)
		count = find_calls(s, image, call_place(module, key->address),
				   calls);
	entry = new_resolved(key, module, calls, count);
	HASH_ADD(hh, s->resolved, key, sizeof(entry->key), entry);
	return entry;
}

static struct resolved *find_or_resolve(struct symbolizer *s,
					const struct address_key *key)
{
	struct resolved *entry;

	HASH_FIND(hh, s->resolved, key, sizeof(*key), entry);
	return entry ? entry : resolve(s, key);
}

static int by_unit(const void *left, const void *right)
{
	const struct waiting *a = left, *b = right;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return a->address < b->address ? -1 : a->address > b->address;
}

/* The addresses of all stacks in a module, by unit; fresh. */
static struct waiting *waiting_in(struct symbolizer *s, uint32_t module,
				  struct debug_info *debug, size_t *count)
{
	const struct model_module *m = model_module(s->model, module);
	const struct stack_tree *stacks = &s->model->stacks;
	struct waiting *list = xcalloc(stacks->count, sizeof(*list));

	*count = 0;
	for (uint32_t i = STACK_FIRST; i < stacks->count; i++) {
		const struct stack_node *node = &stacks->nodes[i];

		if (node->module == module)
			list[(*count)++] = (struct waiting){
				debug_info_unit(debug,
						call_place(m, node->address)),
				node->address,
			};
	}
	qsort(list, *count, sizeof(*list), by_unit);
	return list;
}

/* Names all that may be asked for, unit by unit, so that each of them is read
 * once, and then gives all of them back. */
static void name_all(struct symbolizer *s, uint32_t module,
		     struct debug_info *debug)
{
	struct address_key key = { .module = module };
	size_t count;
	struct waiting *list = waiting_in(s, module, debug, &count);

	for (size_t i = 0; i < count; i++) {
		if (debug_info_held_bytes(debug) > HELD_IN_ORDER)
			debug_info_forget(debug);
		key.address = list[i].address;
		find_or_resolve(s, &key);
	}
	debug_info_forget(debug);
	free(list);
}

/* Before libdw's tables take too much memory. */
static void limit_memory(struct symbolizer *s, uint32_t module)
{
	struct module_use *use;
	struct debug_info *debug;

	if (!model_module(s->model, module))
		return;
	use = &s->modules[model_module(s->model, module) - s->model->modules];
	debug = use->opened ? use->image.debug : NULL;
	if (!debug || debug_info_held_bytes(debug) <= HELD_MAX)
		return;
	debug_info_forget(debug);
	if (!use->all_named)
		name_all(s, module, debug);
	use->all_named = true;
}

const struct symbol *symbolizer_resolve(struct symbolizer *s, uint32_t module,
					uint64_t address)
{
	struct address_key key = { .address = address, .module = module };
	struct resolved *entry = find_or_resolve(s, &key);

	if (!entry->asked) {
		entry->asked = true;
		count_gap(s, &entry->symbol);
		limit_memory(s, module);
	}
	return &entry->symbol;
}
