/* SPDX-License-Identifier: MIT */
/*
 * Everything that libheapwise.so exports, as its own headers declare it; none
 * of it is called from inside the recorder.
 */
#ifndef PRELOAD_INTERCEPT_H
#define PRELOAD_INTERCEPT_H

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

void cfree(void *block);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

#endif
