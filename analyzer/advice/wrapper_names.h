/* SPDX-License-Identifier: MIT */
/*
 * Functions that are known to hand on what an allocator gives them: the
 * caller is who allocates.
 */
#ifndef ANALYZER_ADVICE_WRAPPER_NAMES_H
#define ANALYZER_ADVICE_WRAPPER_NAMES_H

#include <stdbool.h>

/* By demangled name and module path; either may be NULL. */
bool wrapper_is_known(const char *function, const char *module);

/* Its name says that it allocates for its caller: xmalloc, PyMem_Calloc. */
bool wrapper_is_allocator(const char *function);
/* It is a part of such a function, if one calls it: its name speaks of it. */
bool wrapper_may_be_part(const char *function);

#endif
