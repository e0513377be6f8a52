/* SPDX-License-Identifier: MIT */
/*
 * The functions of libunwind that we call, found behind our own library in the
 * loader's order. A program may carry a libunwind of another version and export
 * its names, which the loader would prefer, also for the calls among libunwind's
 * own functions: these are bound anew. Set once, by libunwind_init(), before
 * anything else here is called; read by any thread.
 */
#ifndef PRELOAD_LIBUNWIND_H
#define PRELOAD_LIBUNWIND_H

#include <libunwind-x86_64.h>

#include "preload/hidden.h"

/* Under libunwind's names, and with their meanings. */
struct libunwind {
	unw_addr_space_t (*create_addr_space)(unw_accessors_t *accessors,
					      int byte_order);
	int (*set_caching_policy)(unw_addr_space_t space,
				  unw_caching_policy_t policy);
	int (*init_remote)(unw_cursor_t *cursor, unw_addr_space_t space,
			   void *argument);
	int (*step)(unw_cursor_t *cursor);
	int (*get_reg)(unw_cursor_t *cursor, int number, unw_word_t *value);
	int (*get_save_loc)(unw_cursor_t *cursor, int number,
			    unw_save_loc_t *location);
	/* exported, but in no header */
	int (*search_table)(unw_addr_space_t space, unw_word_t ip,
			    unw_dyn_info_t *table, unw_proc_info_t *info,
			    int need_unwind_info, void *argument);
};

extern struct libunwind libunwind HIDDEN;

/* 0, or -ENOENT if one is missing. */
int libunwind_init(void);

#endif
