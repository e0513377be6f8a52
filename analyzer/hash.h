/* SPDX-License-Identifier: MIT */
/*
 * uthash, with the analyzer's way of running out of memory: by default it
 * calls exit(-1) and malloc. Include this instead of uthash.h.
 */
#ifndef ANALYZER_HASH_H
#define ANALYZER_HASH_H

#include "analyzer/memory.h"

#define uthash_fatal(message) memory_exhausted()
#define uthash_malloc(bytes) xcalloc(1, (bytes))

#include <uthash.h>

#endif
