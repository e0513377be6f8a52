/* SPDX-License-Identifier: MIT */
/*
 * C++ operators of libraries that were loaded RTLD_LOCAL with a runtime of their
 * own: what they would call stands in their own scope, not after us in the global
 * one. Two libraries may have two, so each one's are kept apart. To find them
 * takes the loader's lock, which a dlopen holds while constructors run: all forms
 * are found at once, with the library's first call or before its first thread.
 */
#ifndef PRELOAD_OPERATOR_SCOPES_H
#define PRELOAD_OPERATOR_SCOPES_H

#include <stdint.h>

#include "preload/real.h"

/* What code at `caller` would call; NULL: nothing. */
void *operator_scopes_find(enum real_operator which, uintptr_t caller);
/* `caller` is about to start a thread, which may call while it is waited for. */
void operator_scopes_prepare(uintptr_t caller);

#endif
