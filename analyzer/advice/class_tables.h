/* SPDX-License-Identifier: MIT */
/*
 * To which usable sizes known allocators round requests, on x86-64: glibc 2.26
 * and later, jemalloc 5, gperftools' tcmalloc 2.x (built as Debian's), mimalloc
 * 2. Of plain allocations; an aligned block may have more.
 */
#ifndef ANALYZER_ADVICE_CLASS_TABLES_H
#define ANALYZER_ADVICE_CLASS_TABLES_H

#include "analyzer/advice/allocator.h"

#define TCMALLOC_CLASSES_MAX 256

struct class_table {
	enum allocator allocator; /* ALLOCATOR_UNKNOWN: there is no table */
	/* glibc: a request from here on is mapped. The threshold grows as such
	 * blocks are freed; this is where it began. */
	uint64_t mmap_threshold;
	/* tcmalloc: its small classes, ascending. */
	uint32_t classes[TCMALLOC_CLASSES_MAX];
	size_t class_count;
};

void class_table_init(struct class_table *table, const struct model_meta *meta);

/* Usable bytes of a request; 0: not known. Never less than the request. */
uint64_t class_table_usable(const struct class_table *table, uint64_t request);

#endif
