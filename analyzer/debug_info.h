/* SPDX-License-Identifier: MIT */
/*
 * What DWARF says of one address: the line, and the calls that the compiler
 * inlined there. What was read of a unit, foremost its lines, is held for the
 * next address, and can be given back: asked in the order of addresses, large
 * files need little memory. The data may be damaged: walks have bounds, and
 * what cannot be read is unknown.
 */
#ifndef ANALYZER_DEBUG_INFO_H
#define ANALYZER_DEBUG_INFO_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>

#define DEBUG_CALLS_MAX 32 /* inlined calls at one address, the rest is cut */

struct debug_call {
	const char *name; /* mangled if it has such a name; NULL: unknown */
	const char *file; /* as compiled; NULL: unknown */
	const char *directory; /* that `file` is relative to; or NULL */
	int line;	  /* 0: unknown */
	int start_line;	  /* of the function, if it is in `file`; or 0 */
};

struct debug_info;

/* `bias` is what libdwfl added to the addresses of `dwarf`. `fd`, if not -1, is
 * of the same file, whose pages can then be given back, too. Both must outlive
 * this. */
struct debug_info *debug_info_new(Dwarf *dwarf, Dwarf_Addr bias, int fd);
void debug_info_free(struct debug_info *info);

/* Could all units be listed? */
bool debug_info_is_whole(const struct debug_info *info);

/*
 * The calls at an address, innermost first; all but the last were inlined into
 * it. Returns how many of calls[DEBUG_CALLS_MAX] were filled, 0 if the address
 * is in no unit. Strings live until debug_info_forget().
 */
size_t debug_info_calls(struct debug_info *info, Dwarf_Addr address,
			struct debug_call *calls);

/* A number for the unit that an address is in; SIZE_MAX: in none. What is asked
 * in the order of units is read once. */
size_t debug_info_unit(struct debug_info *info, Dwarf_Addr address);

/* How much memory holds what was read of units: an estimate. */
size_t debug_info_held_bytes(const struct debug_info *info);

/* Gives it back. What is asked for later is read again. */
void debug_info_forget(struct debug_info *info);

#endif
