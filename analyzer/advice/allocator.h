/* SPDX-License-Identifier: MIT */
/*
 * Which allocator a recorded program had, by the file that defined its malloc.
 */
#ifndef ANALYZER_ADVICE_ALLOCATOR_H
#define ANALYZER_ADVICE_ALLOCATOR_H

#include "analyzer/model.h"

enum allocator {
	ALLOCATOR_UNKNOWN, /* a program's own, linked into it, or not recorded */
	ALLOCATOR_GLIBC,
	ALLOCATOR_JEMALLOC,
	ALLOCATOR_TCMALLOC,
	ALLOCATOR_MIMALLOC,
	ALLOCATOR_COUNT,
};

enum allocator allocator_of(const struct model_meta *meta);

/* "glibc", "jemalloc" ...; "this allocator" for an unknown one. */
const char *allocator_name(enum allocator allocator);

#endif
