/* SPDX-License-Identifier: MIT */
/*
 * Whose blocks malloc_usable_size() may be asked of. An allocator may lack some
 * of the functions, as jemalloc lacks pvalloc(); libc's is called then, and the
 * allocator's malloc_usable_size() may crash on what that returns.
 */
#ifndef PRELOAD_USABLE_SIZE_H
#define PRELOAD_USABLE_SIZE_H

#include <stdbool.h>

#include "include/dump_format.h"

/* Once, after loader_init(). */
void usable_size_init(void);

/* May it be asked of a block of this kind of allocation? Before
 * usable_size_init(): of none. */
bool usable_size_is_known(enum event_kind kind);

#endif
