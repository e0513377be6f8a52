/* SPDX-License-Identifier: MIT */
#include "analyzer/annotate.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"

#define NODES_MAX 1024 /* of a stack; a hostile dump may have more */
#define NO_LINE UINT32_MAX
#define NO_PLACE UINT32_MAX

/* A function's name, and whether it was asked for. */
struct named {
	const char *name; /* the key, a pointer: a name may come twice */
	char *plain;
	bool is_name, is_match;
	UT_hash_handle hh;
};

/* A copy of a function in a file: which function it belongs to. */
struct copy {
	struct {
		const void *name;
		const void *file;
	} key;
	uint32_t function;
	UT_hash_handle hh;
};

/* A function, by file and plain name. */
struct grouped {
	uint32_t function;
	UT_hash_handle hh;
	char key[];
};

struct line_key {
	struct {
		uint64_t function;
		int64_t line;
	} key;
	uint32_t index;
	UT_hash_handle hh;
};

/* A distinct address: what of it was asked for. */
struct place {
	const struct symbol *symbol; /* the key */
	uint32_t *lines; /* by call; NO_LINE: not asked for. NULL: none is */
	size_t own;	 /* the innermost call outside the allocator */
	uint32_t index;
	UT_hash_handle hh;
};

struct builder {
	struct annotation *annotation;
	const struct report *report;
	const struct function_match *match;
	bool by_name; /* some function's name is just that */
	struct named *named;
	struct copy *copies;
	struct grouped *grouped;
	struct line_key *keys;
	struct place *places, **by_index;
	uint32_t place_count;
	size_t place_capacity;
	uint32_t *of_node; /* index of place, by canonical id */
};

static const struct stack_node *node_of(const struct builder *b, uint32_t id)
{
	return &b->report->recording->model.stacks.nodes[id];
}

static struct named *named_of(struct builder *b, const char *name)
{
	struct named *entry;

	HASH_FIND_PTR(b->named, &name, entry);
	if (entry)
		return entry;
	entry = xcalloc(1, sizeof(*entry));
	entry->name = name;
	entry->plain = function_plain_name(name);
	entry->is_name = function_match_name(b->match, name, entry->plain);
	entry->is_match = function_match_pattern(b->match, name);
	b->by_name |= entry->is_name;
	HASH_ADD_PTR(b->named, name, entry);
	return entry;
}

static void add_place(struct builder *b, uint32_t id)
{
	const struct stack_node *node = node_of(b, id);
	const struct symbol *symbol = symbolizer_resolve(
		b->report->symbols, node->module, node->address);
	struct place *place;

	HASH_FIND_PTR(b->places, &symbol, place);
	if (!place) {
		place = xcalloc(1, sizeof(*place));
		place->symbol = symbol;
		place->index = b->place_count;
		HASH_ADD_PTR(b->places, symbol, place);
		GROW(b->by_index, b->place_capacity, (size_t)b->place_count);
		b->by_index[b->place_count++] = place;
		for (size_t i = 0; i < symbol->call_count; i++)
			if (symbol->calls[i].function)
				named_of(b, symbol->calls[i].function);
	}
	b->of_node[id] = place->index;
}

/* All nodes on the stacks of the report's rows. */
static void find_places(struct builder *b)
{
	const struct stack_tree *stacks = &b->report->recording->model.stacks;

	b->of_node = xcalloc(stacks->count, sizeof(*b->of_node));
	memset(b->of_node, 0xff, stacks->count * sizeof(*b->of_node));
	for (size_t i = 0; i < b->report->row_count; i++) {
		uint32_t id = stack_tree_id(stacks, b->report->rows[i]->stack);

		for (; id >= STACK_FIRST && b->of_node[id] == NO_PLACE;
		     id = node_of(b, id)->parent)
			add_place(b, id);
	}
}

static uint32_t add_function(struct builder *b, const struct symbol *symbol,
			     const struct symbol_call *call, const char *plain)
{
	struct annotation *a = b->annotation;

	GROW(a->functions, a->function_capacity, a->function_count);
	a->functions[a->function_count] = (struct annotated_function){
		.name = call->function,
		.plain = xstrndup(plain, strlen(plain)),
		.file = call->file,
		.module = symbol->module,
	};
	return (uint32_t)a->function_count++;
}

/* By file and plain name; by module where there is no file. */
static uint32_t function_of(struct builder *b, const struct symbol *symbol,
			    const struct symbol_call *call)
{
	const char *plain = named_of(b, call->function)->plain;
	const char *where = call->file	 ? call->file :
			    symbol->module ? symbol->module->path :
					     "";
	char *key = xasprintf("%s\n%s", where, plain);
	size_t len = strlen(key);
	struct grouped *entry;

	HASH_FIND(hh, b->grouped, key, len, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry) + len + 1);
		memcpy(entry->key, key, len);
		entry->function = add_function(b, symbol, call, plain);
		HASH_ADD_KEYPTR(hh, b->grouped, entry->key, len, entry);
	}
	free(key);
	return entry->function;
}

static uint32_t copy_of(struct builder *b, const struct symbol *symbol,
			const struct symbol_call *call)
{
	struct copy *entry, probe = { 0 };
	struct annotated_function *function;

	probe.key.name = call->function;
	probe.key.file = call->file ? (const void *)call->file :
				      (const void *)symbol->module;
	HASH_FIND(hh, b->copies, &probe.key, sizeof(probe.key), entry);
	if (entry)
		return entry->function;
	entry = xcalloc(1, sizeof(*entry));
	entry->key = probe.key;
	entry->function = function_of(b, symbol, call);
	function = &b->annotation->functions[entry->function];
	function->copies += function->copies == 0 ||
			    strcmp(function->name, call->function) != 0;
	HASH_ADD(hh, b->copies, key, sizeof(entry->key), entry);
	return entry->function;
}

static uint32_t line_of(struct builder *b, const struct symbol *symbol,
			const struct symbol_call *call)
{
	struct annotation *a = b->annotation;
	struct line_key *entry, probe = { 0 };

	probe.key.function = copy_of(b, symbol, call);
	probe.key.line = call->file && call->line > 0 ? call->line : 0;
	HASH_FIND(hh, b->keys, &probe.key, sizeof(probe.key), entry);
	if (entry)
		return entry->index;
	entry = xcalloc(1, sizeof(*entry));
	entry->key = probe.key;
	entry->index = (uint32_t)a->line_count;
	HASH_ADD(hh, b->keys, key, sizeof(entry->key), entry);
	GROW(a->lines, a->line_capacity, a->line_count);
	a->lines[a->line_count++] = (struct annotated_line){
		.function = (uint32_t)probe.key.function,
		.line = (int)probe.key.line,
	};
	return entry->index;
}

static bool is_asked_for(struct builder *b, const char *function)
{
	const struct named *named = function ? named_of(b, function) : NULL;

	return named && (b->by_name ? named->is_name : named->is_match);
}

/* The calls at a place that were asked for. */
static void match_place(struct builder *b, struct place *place)
{
	const struct symbol *symbol = place->symbol;

	while (place->own < symbol->call_count &&
	       frame_is_allocator(symbol->calls[place->own].function))
		place->own++;
	for (size_t i = 0; i < symbol->call_count; i++) {
		if (!is_asked_for(b, symbol->calls[i].function))
			continue;
		if (!place->lines) {
			place->lines = xcalloc(symbol->call_count,
					       sizeof(*place->lines));
			memset(place->lines, 0xff,
			       symbol->call_count * sizeof(*place->lines));
		}
		place->lines[i] = line_of(b, symbol, &symbol->calls[i]);
	}
}

static void count_line(struct builder *b, uint32_t line, uint32_t row,
		       const struct tally *tally)
{
	struct annotated_line *l = &b->annotation->lines[line];
	struct annotated_function *f = &b->annotation->functions[l->function];

	if (l->last_row != row)
		tally_merge(&l->cumulative, tally);
	if (f->last_row != row)
		tally_merge(&f->cumulative, tally);
	l->last_row = f->last_row = row;
}

static void count_direct(struct builder *b, uint32_t line,
			 const struct tally *tally)
{
	struct annotated_line *l = &b->annotation->lines[line];

	tally_merge(&l->direct, tally);
	tally_merge(&b->annotation->functions[l->function].direct, tally);
}

/* `row` counts from 1. */
static void count_row(struct builder *b, uint32_t row,
		      enum profile_blocks blocks)
{
	const struct stack_tree *stacks = &b->report->recording->model.stacks;
	const struct site *site = b->report->rows[row - 1];
	uint32_t id = stack_tree_id(stacks, site->stack);
	struct tally tally = { 0 };
	bool leaf = true; /* only the allocator's own frames so far */

	profile_tally(b->report->profile, site, blocks, &tally);
	for (int n = 0; id >= STACK_FIRST && n < NODES_MAX; n++) {
		const struct place *place = b->by_index[b->of_node[id]];
		size_t calls = place->symbol->call_count;

		for (size_t i = 0; place->lines && i < calls; i++) {
			if (place->lines[i] == NO_LINE)
				continue;
			count_line(b, place->lines[i], row, &tally);
			if (leaf && i == place->own)
				count_direct(b, place->lines[i], &tally);
		}
		leaf &= place->own == calls;
		id = node_of(b, id)->parent;
	}
}

static int by_line(const void *left, const void *right)
{
	const struct annotated_line *a = left, *b = right;

	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void drop_empty_lines(struct annotation *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->line_count; i++)
		if (!tally_is_empty(&a->lines[i].cumulative))
			a->lines[kept++] = a->lines[i];
	a->line_count = kept;
}

/* When lines do not refer to functions any more. */
static void drop_empty_functions(struct annotation *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->function_count; i++)
		if (!tally_is_empty(&a->functions[i].cumulative))
			a->functions[kept++] = a->functions[i];
		else
			free(a->functions[i].plain);
	a->function_count = kept;
}

/* Each function gets its lines. */
static void share_lines(struct annotation *a)
{
	drop_empty_lines(a);
	if (a->line_count > 0)
		qsort(a->lines, a->line_count, sizeof(*a->lines), by_line);
	for (size_t i = 0; i < a->line_count; i++) {
		struct annotated_function *f =
			&a->functions[a->lines[i].function];

		if (!f->lines)
			f->lines = &a->lines[i];
		f->line_count++;
	}
	drop_empty_functions(a);
}

static void find_closest(struct builder *b)
{
	struct named *entry, *next;

	b->annotation->closest.word = b->match->word;
	HASH_ITER(hh, b->named, entry, next)
		closest_add(&b->annotation->closest, entry->plain);
}

#define FREE_TABLE(table, release)                                             \
	do {                                                                   \
		__typeof__(table) entry, next;                                 \
		HASH_ITER(hh, table, entry, next) {                            \
			HASH_DEL(table, entry);                                \
			release;                                               \
			free(entry);                                           \
		}                                                              \
	} while (0)

static void builder_release(struct builder *b)
{
	FREE_TABLE(b->named, free(entry->plain));
	FREE_TABLE(b->copies, (void)0);
	FREE_TABLE(b->grouped, (void)0);
	FREE_TABLE(b->keys, (void)0);
	FREE_TABLE(b->places, free(entry->lines));
	free(b->by_index);
	free(b->of_node);
}

void annotation_init(struct annotation *annotation, const struct report *report,
		     const struct function_match *match,
		     enum profile_blocks blocks)
{
	struct builder b = { .annotation = annotation, .report = report,
			     .match = match };

	*annotation = (struct annotation){ 0 };
	find_places(&b);
	for (uint32_t i = 0; i < b.place_count; i++)
		match_place(&b, b.by_index[i]);
	annotation->matched = annotation->function_count;
	if (annotation->function_count == 0)
		find_closest(&b);
	else
		for (uint32_t row = 1; row <= report->row_count; row++)
			count_row(&b, row, blocks);
	share_lines(annotation);
	builder_release(&b);
}

void annotation_release(struct annotation *annotation)
{
	for (size_t i = 0; i < annotation->function_count; i++)
		free(annotation->functions[i].plain);
	closest_release(&annotation->closest);
	free(annotation->functions);
	free(annotation->lines);
	*annotation = (struct annotation){ 0 };
}

struct order {
	double interval_bytes;
	bool by_bytes;
};

static double weight(const struct annotated_function *f,
		     const struct order *order)
{
	return order->by_bytes ?
		       tally_bytes(&f->cumulative, order->interval_bytes).value :
		       tally_count(&f->cumulative, order->interval_bytes).value;
}

static int by_weight(const void *left, const void *right, void *order)
{
	const struct annotated_function *a = left, *b = right;
	double x = weight(a, order), y = weight(b, order);
	int names;

	if (x != y)
		return x > y ? -1 : 1;
	names = strcmp(a->name, b->name);
	return names ? names : strcmp(a->file ? a->file : "",
				      b->file ? b->file : "");
}

void annotation_sort(struct annotation *annotation, double interval_bytes,
		     bool by_bytes)
{
	struct order order = { interval_bytes, by_bytes };

	if (annotation->function_count > 0)
		qsort_r(annotation->functions, annotation->function_count,
			sizeof(*annotation->functions), by_weight, &order);
}

struct source_range *annotated_ranges(const struct annotated_function *function,
				      int context, size_t *count)
{
	struct source_range *ranges =
		xcalloc(function->line_count + 1, sizeof(*ranges));

	*count = 0;
	for (size_t i = 0; i < function->line_count; i++) {
		int line = function->lines[i].line;
		struct source_range *last = &ranges[*count - (*count > 0)];
		int first = line > context ? line - context : 1;
		int end = line < INT32_MAX - context ?
				  line + context :
				  line;

		if (line == 0)
			continue;
		if (*count > 0 && first <= last->last + 1)
			last->last = end;
		else
			ranges[(*count)++] = (struct source_range){ first, end };
	}
	return ranges;
}
