/* SPDX-License-Identifier: MIT */
/*
 * C++ operator new and delete under their mangled names (Itanium C++ ABI).
 * Each form takes at most three arguments, all in integer registers, so one
 * C signature passes any of them on.
 */
#ifndef PRELOAD_INTERCEPT_CXX_H
#define PRELOAD_INTERCEPT_CXX_H

#include <stddef.h>
#include <stdint.h>

#define NEW(name) void *name(size_t size, uintptr_t second, uintptr_t third)
#define DELETE(name) void name(void *block, uintptr_t second, uintptr_t third)

NEW(_Znwm);
NEW(_Znam);
NEW(_ZnwmRKSt9nothrow_t);
NEW(_ZnamRKSt9nothrow_t);
NEW(_ZnwmSt11align_val_t);
NEW(_ZnamSt11align_val_t);
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t);
NEW(_ZnamSt11align_val_tRKSt9nothrow_t);
DELETE(_ZdlPv);
DELETE(_ZdaPv);
DELETE(_ZdlPvm);
DELETE(_ZdaPvm);
DELETE(_ZdlPvSt11align_val_t);
DELETE(_ZdaPvSt11align_val_t);
DELETE(_ZdlPvmSt11align_val_t);
DELETE(_ZdaPvmSt11align_val_t);
DELETE(_ZdlPvRKSt9nothrow_t);
DELETE(_ZdaPvRKSt9nothrow_t);
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t);
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t);

#undef NEW
#undef DELETE

#endif
