/* SPDX-License-Identifier: MIT */
#include "analyzer/debug_units.h"
#include "analyzer/memory.h"

#include <dwarf.h>
#include <stdlib.h>

#define NAMESPACE_DEPTH_MAX 16
#define RANGES_MAX (8 << 20) /* of all units, or the functions of one */

static int by_low(const void *left, const void *right)
{
	const struct address_range *a = left, *b = right;

	return a->low < b->low ? -1 : a->low > b->low;
}

static void ranges_sort(struct address_ranges *ranges)
{
	if (ranges->count > 0)
		qsort(ranges->list, ranges->count, sizeof(*ranges->list),
		      by_low);
}

static void add_ranges(struct die_tree *tree, struct address_ranges *ranges,
		       Dwarf_Die *die, Dwarf_Off what)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while (ranges->count < RANGES_MAX && die_tree_step(tree)) {
		at = dwarf_ranges(die, at, &base, &low, &high);
		if (at <= 0)
			return;
		/* The linker leaves ranges of dropped functions at 0. */
		if (low >= high || low == 0)
			continue;
		GROW(ranges->list, ranges->capacity, ranges->count);
		ranges->list[ranges->count++] =
			(struct address_range){ low, high, what };
	}
}

/* The last range that starts at or before the address and contains it. */
static const struct address_range *
ranges_find(const struct address_ranges *ranges, Dwarf_Addr address)
{
	size_t low = 0, high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->list[middle].low <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (int steps = 0; low > 0 && steps < 16; steps++)
		if (ranges->list[--low].high > address)
			return &ranges->list[low];
	return NULL;
}

/* Functions inside of functions and classes are looked for only when an
 * address is in no other: that takes a walk through the whole unit. */
static bool has_functions(Dwarf_Die *die, bool nested)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module:
		return true;
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return nested;
	default:
		return false;
	}
}

struct function_walk {
	struct die_tree *tree;
	struct address_ranges *functions;
	bool nested;
};

static void add_functions(struct function_walk *walk, Dwarf_Die *parent,
			  int depth)
{
	Dwarf_Die die;

	if (depth > NAMESPACE_DEPTH_MAX || dwarf_child(parent, &die) != 0)
		return;
	do {
		if (dwarf_tag(&die) == DW_TAG_subprogram)
			add_ranges(walk->tree, walk->functions, &die,
				   dwarf_dieoffset(&die));
		if (has_functions(&die, walk->nested))
			add_functions(walk, &die, depth + 1);
	} while (die_tree_next(walk->tree, &die));
}

static uint64_t unit_bytes(Dwarf *dwarf, Dwarf_Die *die)
{
	Dwarf_Off start = dwarf_dieoffset(die) - dwarf_cuoffset(die), next;
	size_t header;

	if (dwarf_next_unit(dwarf, start, &next, &header, NULL, NULL, NULL,
			    NULL, NULL, NULL))
		return 0;
	return next - start;
}

static struct debug_unit *add_unit(struct debug_units *units, Dwarf *dwarf,
				   Dwarf_Die *die)
{
	struct debug_unit *unit;

	add_ranges(units->tree, &units->ranges, die, units->count);
	GROW(units->list, units->capacity, units->count);
	unit = &units->list[units->count++];
	*unit = (struct debug_unit){ .offset = dwarf_dieoffset(die),
				     .bytes = unit_bytes(dwarf, die) };
	die_tree_allow(units->tree, unit->bytes);
	return unit;
}

static void index_units(struct debug_units *units, Dwarf *dwarf)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die, split;
	uint8_t type;
	int more, unreadable = 0;

	while ((more = dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die,
				       &split)) == 0 &&
	       die_tree_step(units->tree)) {
		struct debug_unit *unit;

		if (dwarf_tag(&die) == DW_TAG_invalid)
			unreadable++;
		if (type != DW_UT_compile && type != DW_UT_skeleton)
			continue;
		unit = add_unit(units, dwarf, &die);
		unit->is_split = type == DW_UT_skeleton && split.addr;
	}
	units->whole = more == 1 && units->count > 0 && unreadable == 0;
}

void debug_units_init(struct debug_units *units, Dwarf *dwarf,
		      struct die_tree *tree)
{
	*units = (struct debug_units){ .tree = tree };
	index_units(units, dwarf);
	ranges_sort(&units->ranges);
}

void debug_units_release(struct debug_units *units)
{
	for (size_t i = 0; i < units->count; i++)
		free(units->list[i].functions.list);
	free(units->list);
	free(units->ranges.list);
}

struct debug_unit *debug_units_find(struct debug_units *units,
				    Dwarf_Addr address)
{
	const struct address_range *range =
		ranges_find(&units->ranges, address);

	return range ? &units->list[range->what] : NULL;
}

bool debug_unit_open(const struct debug_unit *unit, Dwarf *dwarf,
		     Dwarf_Die *die)
{
	Dwarf_Die split;

	if (!dwarf_offdie(dwarf, unit->offset, die))
		return false;
	if (!unit->is_split)
		return true;
	if (dwarf_cu_info(die->cu, NULL, NULL, NULL, &split, NULL, NULL, NULL) ||
	    !split.addr)
		return false;
	dwarf_new_oom_handler(dwarf_cu_getdwarf(split.cu), memory_exhausted);
	*die = split;
	return true;
}

static void index_functions(struct debug_units *units, struct debug_unit *unit,
			    Dwarf_Die *die, bool nested)
{
	struct function_walk walk = { units->tree, &unit->functions, nested };

	unit->functions.count = 0;
	add_functions(&walk, die, 0);
	ranges_sort(&unit->functions);
	unit->indexed = true;
	unit->nested_indexed = nested;
}

bool debug_unit_function(struct debug_units *units, struct debug_unit *unit,
			 Dwarf_Die *die, Dwarf_Addr address,
			 Dwarf_Die *function)
{
	const struct address_range *range;

	if (!unit->indexed)
		index_functions(units, unit, die, false);
	range = ranges_find(&unit->functions, address);
	if (!range && !unit->nested_indexed) {
		index_functions(units, unit, die, true);
		range = ranges_find(&unit->functions, address);
	}
	return range && dwarf_offdie(dwarf_cu_getdwarf(die->cu), range->what,
				     function);
}
