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

#endif
