/* SPDX-License-Identifier: MIT */
/*
 * Ways through stacks call by call, past the wrappers that are known by their
 * names. Symbols and what names say are looked up once: 12 bytes a node of
 * the stack tree, 1 a name. One thread.
 */
#ifndef ANALYZER_ADVICE_FOLD_PLACES_H
#define ANALYZER_ADVICE_FOLD_PLACES_H

#include "analyzer/call_names.h"
#include "analyzer/symbolize.h"

/* A call in a stack. */
struct fold_place {
	uint32_t node;	/* of the stack tree; STACK_ROOT: past its end */
	uint32_t call;	/* of the symbol there */
	uint32_t above; /* nodes between it and the leaf */
};

struct fold_places {
	const struct stack_tree *stacks;
	struct symbolizer *symbols;
	struct call_names *names;
	const struct symbol **of_node; /* NULL: not looked up yet */
	uint32_t *name_of_node; /* + 1, of its innermost call; 0: likewise */
	uint8_t *said;		       /* by name */
	size_t said_room;
};

/* Both must outlive it. */
void fold_places_init(struct fold_places *places, const struct model *model,
		      struct symbolizer *symbols);
void fold_places_release(struct fold_places *places);

/* NULL past the stack's end. */
const struct symbol *fold_places_symbol(const struct fold_places *places,
					const struct fold_place *place);
/* The caller's place; past the last its node is STACK_ROOT or _TRUNCATED. */
struct fold_place fold_places_caller(const struct fold_places *places,
				     struct fold_place place);
/* The number of the function's name; the place must have a symbol. */
uint32_t fold_places_name(const struct fold_places *places,
			  const struct fold_place *place);

/* Is it known to hand on what its callers ask for? Likewise. */
bool fold_places_is_wrapper(struct fold_places *places,
			    const struct fold_place *place);
/* Past all such; where nothing else is left it stays. */
struct fold_place fold_places_past_wrappers(struct fold_places *places,
					    struct fold_place place);

#endif
