/* SPDX-License-Identifier: MIT */
#include "analyzer/debug_info.h"
#include "analyzer/debug_units.h"
#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/scope_name.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_DEPTH_MAX 128 /* blocks between two inlined calls */
#define LINE_BYTES 64	    /* of a row of libdw's tables of lines, about */

/* The name of a function, by its entry. */
struct named {
	const void *die;
	char *name;
	UT_hash_handle hh;
};

struct debug_info {
	Dwarf *given;	 /* libdwfl's */
	int fd;		 /* of its file, or -1 */
	Dwarf *dwarf;	 /* of the same file; NULL: nothing is held */
	Dwarf_Addr bias; /* the module's address - DWARF's */
	size_t held_bytes;
	struct die_tree tree;
	struct debug_units units;
	struct named *names;
};

bool debug_info_is_whole(const struct debug_info *info)
{
	return info->units.whole;
}

/* What libdw reads of a unit it keeps as long as the Dwarf, hence one of our
 * own, which can be ended. */
static bool open_dwarf(struct debug_info *info)
{
	Dwarf *alternate = dwarf_getalt(info->given);

	if (info->dwarf)
		return true;
	if (info->fd >= 0)
		info->dwarf = dwarf_begin(info->fd, DWARF_C_READ);
	if (!info->dwarf)
		info->dwarf = dwarf_begin_elf(dwarf_getelf(info->given),
					      DWARF_C_READ, NULL);
	if (info->dwarf)
		dwarf_new_oom_handler(info->dwarf, memory_exhausted);
	if (info->dwarf && alternate)
		dwarf_setalt(info->dwarf, alternate);
	return info->dwarf != NULL;
}

struct debug_info *debug_info_new(Dwarf *dwarf, Dwarf_Addr bias, int fd)
{
	struct debug_info *info = xcalloc(1, sizeof(*info));

	info->given = dwarf;
	info->fd = fd;
	info->bias = bias;
	die_tree_init(&info->tree);
	if (open_dwarf(info))
		debug_units_init(&info->units, info->dwarf, &info->tree);
	return info;
}

size_t debug_info_unit(struct debug_info *info, Dwarf_Addr address)
{
	const struct debug_unit *unit =
		debug_units_find(&info->units, address - info->bias);

	return unit ? (size_t)(unit - info->units.list) : SIZE_MAX;
}

size_t debug_info_held_bytes(const struct debug_info *info)
{
	return info->held_bytes;
}

void debug_info_forget(struct debug_info *info)
{
	struct named *entry, *next;

	HASH_ITER(hh, info->names, entry, next) {
		HASH_DEL(info->names, entry);
		free(entry->name);
		free(entry);
	}
	die_tree_forget(&info->tree);
	for (size_t i = 0; i < info->units.count; i++)
		info->units.list[i].is_held = false;
	dwarf_end(info->dwarf);
	info->dwarf = NULL;
	info->held_bytes = 0;
}

void debug_info_free(struct debug_info *info)
{
	if (!info)
		return;
	debug_info_forget(info);
	debug_units_release(&info->units);
	free(info);
}

/* Counts what was read of a unit when its first address is looked up. */
static void hold(struct debug_info *info, struct debug_unit *unit,
		 Dwarf_Die *die)
{
	Dwarf_Lines *lines;
	size_t count = 0;

	if (unit->is_held)
		return;
	unit->is_held = true;
	if (dwarf_getsrclines(die, &lines, &count))
		count = 0;
	info->held_bytes += unit->bytes + count * LINE_BYTES;
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

/* As the linker has it, or as the source does; fresh, NULL: unknown. */
static char *make_name(struct debug_info *info, Dwarf_Die *unit, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *name = NULL;

	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) ||
	    dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute))
		name = dwarf_formstring(&attribute);
	else if (is_cxx(unit))
		return scope_name(die, &info->tree);
	else
		name = dwarf_diename(die);
	return name ? xstrndup(name, strlen(name)) : NULL;
}

static const char *die_name(struct debug_info *info, Dwarf_Die *unit,
			    Dwarf_Die *die)
{
	Dwarf_Die function = *die;
	struct named *entry;

	if (dwarf_tag(die) == DW_TAG_inlined_subroutine)
		function = origin(die);
	HASH_FIND_PTR(info->names, &function.addr, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->die = function.addr;
		entry->name = make_name(info, unit, &function);
		HASH_ADD_PTR(info->names, die, entry);
	}
	return entry->name;
}

static const char *unit_directory(Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(
		dwarf_attr(unit, DW_AT_comp_dir, &attribute));
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
static void place_line(struct debug_call *call, Dwarf_Die *unit,
		       Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number = 0;

	if (line && dwarf_lineno(line, &number) == 0 && number > 0)
		place_at(call, dwarf_linesrc(line, NULL, NULL),
			 (Dwarf_Word)number);
}

/* Where the inlined function was called. */
static void place_call(struct debug_call *call, Dwarf_Die *unit,
		       Dwarf_Die *inlined)
{
	Dwarf_Files *files = NULL;
	size_t count = 0;
	Dwarf_Word file = die_number(inlined, DW_AT_call_file);

	if (dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
		place_at(call, dwarf_filesrc(files, file, NULL, NULL),
			 die_number(inlined, DW_AT_call_line));
}

/* dwarf_decl_file() would abort where a split unit's files were not read. */
static const char *declaring_file(Dwarf_Die *function)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files = NULL;
	Dwarf_Word file = 0;
	Dwarf_Die unit;
	size_t count = 0;

	if (!dwarf_attr_integrate(function, DW_AT_decl_file, &attribute) ||
	    dwarf_formudata(&attribute, &file) || file == 0 ||
	    dwarf_cu_info(attribute.cu, NULL, NULL, &unit, NULL, NULL, NULL,
			  NULL) ||
	    dwarf_getsrcfiles(&unit, &files, &count) || file >= count)
		return NULL;
	return dwarf_filesrc(files, file, NULL, NULL);
}

/* After the place of the call: where its function begins, in the same file. */
static void place_start(struct debug_call *call, Dwarf_Die *function)
{
	const char *file = call->file ? declaring_file(function) : NULL;
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

	while (die_tree_step(&info->tree)) {
		at = dwarf_ranges(die, at, &base, &low, &high);
		if (at <= 0)
			return false;
		if (address >= low && address < high)
			return true;
	}
	return false;
}

/* Makes `die` the next inlined call below it that contains the address, if
 * there is one. Blocks may overlap: all that contain it are looked into. */
static bool descend(struct debug_info *info, Dwarf_Die *die, Dwarf_Addr address,
		    int depth)
{
	Dwarf_Die child;

	if (depth >= BLOCK_DEPTH_MAX || dwarf_child(die, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);
		Dwarf_Die found = child;

		if ((tag == DW_TAG_inlined_subroutine ||
		     tag == DW_TAG_lexical_block) &&
		    contains(info, &child, address) &&
		    (tag == DW_TAG_inlined_subroutine ||
		     descend(info, &found, address, depth + 1))) {
			*die = found;
			return true;
		}
	} while (die_tree_next(&info->tree, &child));
	return false;
}

/* The function, dies[0], and what is inlined at the address, outermost first. */
static size_t inlined_dies(struct debug_info *info, Dwarf_Addr address,
			   Dwarf_Die *dies)
{
	Dwarf_Die function = dies[0];
	size_t count = 1;

	while (count < DEBUG_CALLS_MAX &&
	       descend(info, &function, address, 0))
		dies[count++] = function;
	return count;
}

size_t debug_info_calls(struct debug_info *info, Dwarf_Addr address,
			struct debug_call *calls)
{
	Dwarf_Addr place = address - info->bias;
	struct debug_unit *unit = debug_units_find(&info->units, place);
	Dwarf_Die die, dies[DEBUG_CALLS_MAX];
	size_t count = 0;

	if (!unit || !open_dwarf(info) ||
	    !debug_unit_open(unit, info->dwarf, &die))
		return 0;
	hold(info, unit, &die);
	if (debug_unit_function(&info->units, unit, &die, place, &dies[0]))
		count = inlined_dies(info, place, dies);
	calls[0] = (struct debug_call){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct debug_call *call = &calls[i];

		*call = (struct debug_call){
			.name = die_name(info, &die, &dies[count - 1 - i]),
			.directory = unit_directory(&die),
		};
		if (i > 0)
			place_call(call, &die, &dies[count - i]);
	}
	calls[0].directory = unit_directory(&die);
	place_line(&calls[0], &die, place);
	for (size_t i = 0; i < count; i++)
		place_start(&calls[i], &dies[count - 1 - i]);
	return count > 0 ? count : 1;
}
