/* SPDX-License-Identifier: MIT */
/*
 * Which compilation unit, and which function of it, contains an address. Units
 * and their functions are indexed when they are first met, from the units
 * themselves: .debug_aranges is optional and clang leaves it out. The index is
 * made of offsets, so that it outlives the Dwarf that it was read from. The
 * data may be damaged: walks have bounds, and what cannot be read is unknown.
 */
#ifndef ANALYZER_DEBUG_UNITS_H
#define ANALYZER_DEBUG_UNITS_H

#include "analyzer/die_tree.h"

/* Addresses [low, high) of a unit (its index) or a function (its offset). */
struct address_range {
	Dwarf_Addr low, high;
	Dwarf_Off what;
};

struct address_ranges {
	struct address_range *list; /* sorted by `low` once complete */
	size_t count, capacity;
};

struct debug_unit {
	Dwarf_Off offset; /* of its entry */
	uint64_t bytes;
	struct address_ranges functions;
	bool is_split; /* all but the entry is in another file */
	bool indexed;
	bool nested_indexed; /* functions in functions and classes too */
	bool is_held;	     /* the reader's: read since it last forgot */
};

struct debug_units {
	struct die_tree *tree;
	bool whole; /* could all units be listed? */
	struct debug_unit *list;
	size_t count, capacity;
	struct address_ranges ranges;
};

/* Lists the units. The tree must outlive them. */
void debug_units_init(struct debug_units *units, Dwarf *dwarf,
		      struct die_tree *tree);
void debug_units_release(struct debug_units *units);

/* NULL: in none. */
struct debug_unit *debug_units_find(struct debug_units *units,
				    Dwarf_Addr address);

/* The entry of the unit whose children are its functions, in an open Dwarf of
 * the same file. */
bool debug_unit_open(const struct debug_unit *unit, Dwarf *dwarf,
		     Dwarf_Die *die);

/* The function that contains the address; `die` is the unit's entry. */
bool debug_unit_function(struct debug_units *units, struct debug_unit *unit,
			 Dwarf_Die *die, Dwarf_Addr address,
			 Dwarf_Die *function);

#endif
