/* SPDX-License-Identifier: MIT */
/*
 * libunwind's questions about code, answered without it: where the unwind table
 * of an address is, and what stands in it.
 * Shared by the two address spaces that the recorder shows libunwind: the
 * synthetic frames of rule_lesson.c, and the real ones of unwind.c.
 */
#ifndef PRELOAD_PROC_INFO_H
#define PRELOAD_PROC_INFO_H

#include <libunwind-x86_64.h>
#include <stdint.h>

#include "preload/modules.h"

/* Accessors, see unw_create_addr_space(3). */
int proc_info_find(unw_addr_space_t as, unw_word_t ip, unw_proc_info_t *info,
		   int need_unwind_info, void *arg);
void proc_info_put(unw_addr_space_t as, unw_proc_info_t *info, void *arg);
int proc_info_no_list(unw_addr_space_t as, unw_word_t *address, void *arg);
int proc_info_no_fpreg(unw_addr_space_t as, unw_regnum_t number,
		       unw_fpreg_t *value, int write, void *arg);
int proc_info_no_resume(unw_addr_space_t as, unw_cursor_t *cursor, void *arg);
int proc_info_no_name(unw_addr_space_t as, unw_word_t address, char *name,
		      size_t bytes, unw_word_t *offset, void *arg);

/* A word of some module's memory. 0, or -UNW_EINVAL outside all modules. *last:
 * where the last one was, zeroed at first; libunwind reads one segment, word by
 * word. */
int proc_info_read(uint64_t address, unw_word_t *value,
		   struct modules_range *last);

#endif
