/* SPDX-License-Identifier: MIT */
/*
 * What a call of C++ operator new or delete reaches next, for all forms. Those of
 * the global scope are known from the start. A library that was loaded RTLD_LOCAL
 * into a program without a C++ runtime has its own in its own scope: its first
 * call finds all forms there, for the whole process, so that a block is freed by
 * what allocated it. That takes the loader's lock, which a dlopen holds while
 * constructors run: not again for another form.
 */
#ifndef PRELOAD_OPERATOR_LINKS_H
#define PRELOAD_OPERATOR_LINKS_H

#include <stdint.h>

#include "preload/hidden.h"
#include "preload/real.h"

/* How the next definition of an operator gets at memory. */
enum operator_way {
	WAY_THROUGH, /* by malloc and free: recorded there */
	WAY_UNTRIED, /* it belongs to the allocator: the first call will tell */
	WAY_AROUND,  /* past malloc and free: recorded here */
};

struct operator_link {
	void *next;   /* atomic; NULL: not found yet */
	uint32_t way; /* enum operator_way, atomic; valid once next is set */
	/* Of the library that has it, where that may go; else 0. */
	uintptr_t library;
	uint64_t name; /* its path's hash */
};

extern struct operator_link operator_links[REAL_OPERATOR_COUNT] HIDDEN;

/* For code at `caller`; NULL: there is none. */
void *operator_links_find(enum real_operator which, uintptr_t caller);

/* Something was unloaded: was it what they point to? */
void operator_links_unloaded(void);

#endif
