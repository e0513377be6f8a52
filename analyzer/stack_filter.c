/* SPDX-License-Identifier: MIT */
#include "analyzer/stack_filter.h"
#include "analyzer/hash.h"

#include <stdlib.h>

/* What is known of an address, or of a node and its callers. */
enum {
	DECIDED = 1,
	IN_FOCUS = 2,
	IGNORED = 4,
};

struct address {
	const struct symbol *symbol; /* one for each address */
	uint8_t marks;
	UT_hash_handle hh;
};

struct stack_filter {
	const struct model *model;
	struct symbolizer *symbols;
	const struct patterns *focus, *ignore;
	uint8_t *marks; /* by canonical stack id */
	struct address *addresses;
	uint32_t *path; /* scratch: undecided nodes, leaf first */
	size_t path_capacity;
};

struct stack_filter *stack_filter_new(const struct model *model,
				      struct symbolizer *symbols,
				      const struct patterns *focus,
				      const struct patterns *ignore)
{
	struct stack_filter *f = xcalloc(1, sizeof(*f));

	f->model = model;
	f->symbols = symbols;
	f->focus = focus;
	f->ignore = ignore;
	f->marks = xcalloc(model->stacks.count, sizeof(*f->marks));
	f->marks[STACK_ROOT] = DECIDED;
	f->marks[STACK_TRUNCATED] = DECIDED;
	return f;
}

void stack_filter_free(struct stack_filter *f)
{
	struct address *entry, *next;

	if (!f)
		return;
	HASH_ITER(hh, f->addresses, entry, next)
	{
		HASH_DEL(f->addresses, entry);
		free(entry);
	}
	free(f->path);
	free(f->marks);
	free(f);
}

static bool matches(const struct patterns *patterns,
		    const struct symbol *symbol)
{
	const struct model_module *module = symbol->module;

	if (patterns->count == 0)
		return false;
	if (module && patterns_match(patterns, module->path))
		return true;
	for (size_t i = 0; i < symbol->call_count; i++) {
		const struct symbol_call *call = &symbol->calls[i];

		if (patterns_match(patterns, call->function ? call->function
							    : symbol->place) ||
		    patterns_match(patterns, call->file))
			return true;
	}
	return false;
}

static uint8_t marks_of_symbol(struct stack_filter *f,
			       const struct symbol *symbol)
{
	struct address *entry;

	HASH_FIND_PTR(f->addresses, &symbol, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->symbol = symbol;
		if (matches(f->focus, symbol))
			entry->marks |= IN_FOCUS;
		if (matches(f->ignore, symbol))
			entry->marks |= IGNORED;
		HASH_ADD_PTR(f->addresses, symbol, entry);
	}
	return entry->marks;
}

static uint8_t own_marks(struct stack_filter *f, uint32_t stack)
{
	const struct stack_node *node = &f->model->stacks.nodes[stack];
	const struct symbol *symbol =
		symbolizer_resolve(f->symbols, node->module, node->address);

	return marks_of_symbol(f, symbol);
}

/* From the leaf to a caller that is decided, and back: chains may be too long
 * for recursion. */
static uint8_t decide(struct stack_filter *f, uint32_t stack)
{
	const struct stack_node *nodes = f->model->stacks.nodes;
	size_t count = 0;
	uint8_t marks;

	for (; !f->marks[stack]; stack = nodes[stack].parent) {
		GROW(f->path, f->path_capacity, count);
		f->path[count++] = stack;
	}
	marks = f->marks[stack];
	while (count > 0) {
		stack = f->path[--count];
		marks |= own_marks(f, stack);
		f->marks[stack] = marks;
	}
	return marks;
}

bool stack_filter_shows(void *filter, uint32_t stack)
{
	struct stack_filter *f = filter;
	uint8_t marks = decide(f, stack);

	if (marks & IGNORED)
		return false;
	return f->focus->count == 0 || (marks & IN_FOCUS);
}
