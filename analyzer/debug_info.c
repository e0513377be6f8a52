/* SPDX-License-Identifier: MIT */
#include "analyzer/debug_info.h"
#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/scope_name.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE_DEPTH_MAX 16
#define BLOCK_DEPTH_MAX 128 /* inlined calls and the blocks between them */
#define RANGES_MAX (1 << 20) /* of one unit or function */

/* Steps from one range or sibling to the next, in one file. Real files take
 * some millions; a hostile one can ask for any number. */
#define STEPS_MAX (1 << 27)

/* Addresses [low, high) of a unit (its index) or a function (its DIE). */
struct range {
	Dwarf_Addr low, high;
	Dwarf_Off what;
};

struct ranges {
	struct range *list; /* sorted by `low` once complete */
	size_t count, capacity;
};

/* A name that was put together, by the function's entry. */
struct scoped {
	const void *die;
	char *name;
	UT_hash_handle hh;
};

struct unit {
	Dwarf_Die die;
	struct ranges functions;
	bool indexed;
	bool nested_indexed; /* functions in functions and classes too */
};

struct debug_info {
	Dwarf *dwarf;
	Dwarf_Addr bias; /* the module's address - DWARF's */
	int steps; /* taken, up to STEPS_MAX */
	bool whole;
	struct unit *units;
	size_t unit_count, unit_capacity;
	struct ranges unit_ranges;
	struct scoped *scoped;
};

static int by_low(const void *left, const void *right)
{
	const struct range *a = left, *b = right;

	return a->low < b->low ? -1 : a->low > b->low;
}

static void ranges_sort(struct ranges *ranges)
{
	if (ranges->count > 0)
		qsort(ranges->list, ranges->count, sizeof(*ranges->list),
		      by_low);
}

static bool step(struct debug_info *info)
{
	if (info->steps >= STEPS_MAX)
		return false;
	info->steps++;
	return true;
}

static void add_ranges(struct debug_info *info, struct ranges *ranges,
		       Dwarf_Die *die, Dwarf_Off what)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while (ranges->count < RANGES_MAX && step(info)) {
		at = dwarf_ranges(die, at, &base, &low, &high);
		if (at <= 0)
			return;
		/* The linker leaves ranges of dropped functions at 0. */
		if (low >= high || low == 0)
			continue;
		GROW(ranges->list, ranges->capacity, ranges->count);
		ranges->list[ranges->count++] =
			(struct range){ .low = low, .high = high,
					.what = what };
	}
}

/* The last range that starts at or before the address and contains it. */
static const struct range *ranges_find(const struct ranges *ranges,
				       Dwarf_Addr address)
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

/* dwarf_siblingof() follows an attribute, which in a damaged file may point
 * backwards. */
static bool next_sibling(struct debug_info *info, Dwarf_Die *die)
{
	Dwarf_Off before = dwarf_dieoffset(die);

	return step(info) && dwarf_siblingof(die, die) == 0 && dwarf_dieoffset(die) > before;
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
	struct debug_info *info;
	struct ranges *functions;
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
			add_ranges(walk->info, walk->functions, &die,
				   dwarf_dieoffset(&die));
		if (has_functions(&die, walk->nested))
			add_functions(walk, &die, depth + 1);
	} while (next_sibling(walk->info, &die));
}

static void index_units(struct debug_info *info)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die, split;
	uint8_t type;
	int more, unreadable = 0;

	while ((more = dwarf_get_units(info->dwarf, cu, &cu, NULL, &type, &die,
				       &split)) == 0 && step(info)) {
		struct unit *unit;

		if (dwarf_tag(&die) == DW_TAG_invalid)
			unreadable++;
		if (type != DW_UT_compile && type != DW_UT_skeleton)
			continue;
		add_ranges(info, &info->unit_ranges, &die, info->unit_count);
		GROW(info->units, info->unit_capacity, info->unit_count);
		unit = &info->units[info->unit_count++];
		*unit = (struct unit){ .die = die };
		if (type == DW_UT_skeleton && split.addr)
			unit->die = split;
	}
	ranges_sort(&info->unit_ranges);
	info->whole = more == 1 && info->unit_count > 0 && unreadable == 0;
}

bool debug_info_is_whole(const struct debug_info *info)
{
	return info->whole;
}

struct debug_info *debug_info_new(Dwarf *dwarf, Dwarf_Addr bias)
{
	struct debug_info *info = xcalloc(1, sizeof(*info));

	info->dwarf = dwarf;
	info->bias = bias;
	index_units(info);
	return info;
}

void debug_info_free(struct debug_info *info)
{
	struct scoped *entry, *next;

	if (!info)
		return;
	for (size_t i = 0; i < info->unit_count; i++)
		free(info->units[i].functions.list);
	free(info->units);
	free(info->unit_ranges.list);
	HASH_ITER(hh, info->scoped, entry, next) {
		HASH_DEL(info->scoped, entry);
		free(entry->name);
		free(entry);
	}
	free(info);
}

static struct unit *find_unit(struct debug_info *info, Dwarf_Addr address)
{
	const struct range *range = ranges_find(&info->unit_ranges, address);

	return range ? &info->units[range->what] : NULL;
}

static const struct range *find_function(struct debug_info *info,
					 struct unit *unit, Dwarf_Addr address)
{
	struct function_walk walk = { info, &unit->functions, false };
	const struct range *range;

	if (!unit->indexed) {
		add_functions(&walk, &unit->die, 0);
		ranges_sort(&unit->functions);
		unit->indexed = true;
	}
	range = ranges_find(&unit->functions, address);
	if (range || unit->nested_indexed)
		return range;
	walk.nested = true;
	unit->functions.count = 0;
	add_functions(&walk, &unit->die, 0);
	ranges_sort(&unit->functions);
	unit->nested_indexed = true;
	return ranges_find(&unit->functions, address);
}

static bool is_cxx(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case DW_LANG_C_plus_plus:
	case DW_LANG_C_plus_plus_03:
	case DW_LANG_C_plus_plus_11:
	case DW_LANG_C_plus_plus_14:
		return true;
	default:
		return false;
	}
}

/* The entry that all inlined calls of a function refer to. */
static Dwarf_Die origin(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die result;

	if (!dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin,
					  &attribute), &result))
		return *die;
	return result;
}

static const char *scoped_name(struct debug_info *info, Dwarf_Die *die)
{
	Dwarf_Die function = origin(die);
	struct scoped *entry;

	HASH_FIND_PTR(info->scoped, &function.addr, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->die = function.addr;
		entry->name = scope_name(&function, &info->steps, STEPS_MAX);
		HASH_ADD_PTR(info->scoped, die, entry);
	}
	return entry->name;
}

static const char *die_name(struct debug_info *info, struct unit *unit,
			    Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) ||
	    dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute))
		return dwarf_formstring(&attribute);
	return is_cxx(&unit->die) ? scoped_name(info, die) : dwarf_diename(die);
}

static const char *unit_directory(struct unit *unit)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(
		dwarf_attr(&unit->die, DW_AT_comp_dir, &attribute));
}

static Dwarf_Word die_number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value = 0;

	if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value))
		return 0;
	return value;
}

static void place_at(struct debug_call *call, const char *file, Dwarf_Word line)
{
	if (!file || line == 0 || line > INT32_MAX)
		return;
	call->file = file;
	call->line = (int)line;
}

/* Where the address itself is. */
static void place_line(struct debug_call *call, struct unit *unit,
		       Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(&unit->die, address);
	int number = 0;

	if (line && dwarf_lineno(line, &number) == 0 && number > 0)
		place_at(call, dwarf_linesrc(line, NULL, NULL),
			 (Dwarf_Word)number);
}

/* Where the inlined function was called. */
static void place_call(struct debug_call *call, struct unit *unit,
		       Dwarf_Die *inlined)
{
	Dwarf_Files *files = NULL;
	size_t count = 0;
	Dwarf_Word file = die_number(inlined, DW_AT_call_file);

	if (dwarf_getsrcfiles(&unit->die, &files, &count) == 0 && file < count)
		place_at(call, dwarf_filesrc(files, file, NULL, NULL),
			 die_number(inlined, DW_AT_call_line));
}

/* After the place of the call: where its function begins, in the same file. */
static void place_start(struct debug_call *call, Dwarf_Die *function)
{
	const char *file = call->file ? dwarf_decl_file(function) : NULL;
	int line = 0;

	if (file && strcmp(file, call->file) == 0 &&
	    dwarf_decl_line(function, &line) == 0 && line > 0)
		call->start_line = line;
}

static bool contains(struct debug_info *info, Dwarf_Die *die,
		     Dwarf_Addr address)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while (step(info)) {
		at = dwarf_ranges(die, at, &base, &low, &high);
		if (at <= 0)
			return false;
		if (address >= low && address < high)
			return true;
	}
	return false;
}

/* Makes `die` its child that contains the address, if there is one. */
static bool descend(struct debug_info *info, Dwarf_Die *die, Dwarf_Addr address)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_inlined_subroutine ||
		     tag == DW_TAG_lexical_block) &&
		    contains(info, &child, address)) {
			*die = child;
			return true;
		}
	} while (next_sibling(info, &child));
	return false;
}

/* The function, dies[0], and what is inlined at the address, outermost first. */
static size_t inlined_dies(struct debug_info *info, Dwarf_Addr address,
			   Dwarf_Die *dies)
{
	Dwarf_Die function = dies[0];
	size_t count = 1;

	for (int i = 0; i < BLOCK_DEPTH_MAX && count < DEBUG_CALLS_MAX; i++) {
		if (!descend(info, &function, address))
			break;
		if (dwarf_tag(&function) == DW_TAG_inlined_subroutine)
			dies[count++] = function;
	}
	return count;
}

size_t debug_info_calls(struct debug_info *info, Dwarf_Addr address,
			struct debug_call *calls)
{
	Dwarf_Addr place = address - info->bias;
	struct unit *unit = find_unit(info, place);
	const struct range *range;
	Dwarf_Die dies[DEBUG_CALLS_MAX];
	size_t count = 0;

	if (!unit)
		return 0;
	range = find_function(info, unit, place);
	if (range && dwarf_offdie(dwarf_cu_getdwarf(unit->die.cu), range->what,
				  &dies[0]))
		count = inlined_dies(info, place, dies);
	calls[0] = (struct debug_call){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct debug_call *call = &calls[i];

		*call = (struct debug_call){
			.name = die_name(info, unit, &dies[count - 1 - i]),
			.directory = unit_directory(unit),
		};
		if (i > 0)
			place_call(call, unit, &dies[count - i]);
	}
	calls[0].directory = unit_directory(unit);
	place_line(&calls[0], unit, place);
	for (size_t i = 0; i < count; i++)
		place_start(&calls[i], &dies[count - 1 - i]);
	return count > 0 ? count : 1;
}
