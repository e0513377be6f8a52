/* SPDX-License-Identifier: MIT */
/* Beside malloc and its kin, what the allocator of the soak program tells. */
#ifndef TESTS_SOAK_HEAP_H
#define TESTS_SOAK_HEAP_H

#include "tests/soak/ledger.h"

/* All calls so far, and from now on, are counted there; those of fork children
 * nowhere. Once, before there are threads. */
void heap_count_in(struct heap_counts *to);

/* Does this handler interrupt libc's allocator? */
int heap_is_inside(void);

#endif
