/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fold_places.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/wrapper_names.h"
#include "analyzer/frame.h"
#include "analyzer/memory.h"

/* What a function's name and module say of it. */
enum said {
	SAID_ASKED = 1,
	SAID_WRAPPER = 2,
	SAID_LIBRARY_ALLOCATOR = 4, /* calls what a program gives it */
	SAID_MAY_BE_PART = 8,	    /* of one below it */
	SAID_ALLOCATOR = 16,
};

void fold_places_init(struct fold_places *places, const struct model *model,
		      struct symbolizer *symbols)
{
	*places = (struct fold_places){
		.stacks = &model->stacks,
		.symbols = symbols,
		.names = call_names_new(false),
		.of_node = xcalloc(model->stacks.count + 1,
				   sizeof(*places->of_node)),
		.name_of_node = xcalloc(model->stacks.count + 1,
					sizeof(*places->name_of_node)),
	};
}

void fold_places_release(struct fold_places *places)
{
	if (places->names)
		call_names_free(places->names);
	free(places->of_node);
	free(places->name_of_node);
	free(places->said);
	*places = (struct fold_places){ 0 };
}

const struct symbol *fold_places_symbol(const struct fold_places *places,
					const struct fold_place *place)
{
	const struct symbol **symbol = &places->of_node[place->node];
	const struct stack_node *node;

	if (place->node < STACK_FIRST)
		return NULL;
	if (!*symbol) {
		node = &places->stacks->nodes[place->node];
		*symbol = symbolizer_resolve(places->symbols, node->module,
					     node->address);
	}
	return *symbol;
}

struct fold_place fold_places_caller(const struct fold_places *places,
				     struct fold_place place)
{
	const struct symbol *symbol = fold_places_symbol(places, &place);

	if (!symbol)
		return place;
	if (place.call + 1 < symbol->call_count) {
		place.call++;
		return place;
	}
	place.node = places->stacks->nodes[place.node].parent;
	place.call = 0;
	place.above++;
	return place;
}

uint32_t fold_places_name(const struct fold_places *places,
			  const struct fold_place *place)
{
	uint32_t *name = &places->name_of_node[place->node];
	uint32_t id;

	if (place->call == 0 && *name)
		return *name - 1;
	id = call_names_get(places->names, fold_places_symbol(places, place),
			    place->call)->id;
	if (place->call == 0)
		*name = id + 1;
	return id;
}

static uint8_t ask(const struct symbol *symbol, const struct symbol_call *call,
		   bool hidden)
{
	const char *module = symbol->module ? symbol->module->path : NULL;
	const char *function = call->function;
	unsigned int said = SAID_ASKED;

	if (hidden || wrapper_is_known(function, module))
		said |= SAID_WRAPPER;
	if (frame_is_allocator(function))
		said |= SAID_LIBRARY_ALLOCATOR;
	if (!function || wrapper_may_be_part(function))
		said |= SAID_MAY_BE_PART;
	if (wrapper_is_allocator(function))
		said |= SAID_ALLOCATOR;
	return (uint8_t)said;
}

static void make_room(struct fold_places *places, uint32_t name)
{
	size_t room = places->said_room;

	if (name < room)
		return;
	while (room <= name)
		room = room * 2 + 256;
	places->said = xreallocarray(places->said, room, 1);
	memset(places->said + places->said_room, 0, room - places->said_room);
	places->said_room = room;
}

/* 0 past the stack's end. */
static uint8_t said_of(struct fold_places *places,
		       const struct fold_place *place)
{
	const struct symbol *symbol = fold_places_symbol(places, place);
	uint32_t name;

	if (!symbol)
		return 0;
	name = fold_places_name(places, place);
	make_room(places, name);
	if (!places->said[name])
		places->said[name] = ask(
			symbol, &symbol->calls[place->call],
			call_names_of(places->names, name)->hidden);
	return places->said[name];
}

bool fold_places_is_wrapper(struct fold_places *places,
			    const struct fold_place *place)
{
	struct fold_place caller = fold_places_caller(places, *place);

	/* An allocator that a program gives to the library's containers is
	 * called by these. */
	return said_of(places, place) & SAID_WRAPPER ||
	       said_of(places, &caller) & SAID_LIBRARY_ALLOCATOR;
}

/* A function below an allocator of that name is a part of it: one without a
 * name, or that says so itself. */
static bool is_part_of_wrapper(struct fold_places *places,
			       const struct fold_place *place)
{
	struct fold_place caller = fold_places_caller(places, *place);
	const struct symbol *symbol, *above;

	if (!(said_of(places, place) & SAID_MAY_BE_PART) ||
	    !(said_of(places, &caller) & SAID_ALLOCATOR))
		return false;
	symbol = fold_places_symbol(places, place);
	above = fold_places_symbol(places, &caller);
	return above->module == symbol->module;
}

struct fold_place fold_places_past_wrappers(struct fold_places *places,
					    struct fold_place place)
{
	struct fold_place at = place;

	while (at.node >= STACK_FIRST &&
	       (fold_places_is_wrapper(places, &at) ||
		is_part_of_wrapper(places, &at)))
		at = fold_places_caller(places, at);
	return at.node >= STACK_FIRST ? at : place;
}
