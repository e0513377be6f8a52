/* SPDX-License-Identifier: MIT */
/*
 * Which of the loaded objects an address is in. By the loader's own lock-free
 * search, _dl_find_object (glibc 2.35), where there is one; else by
 * dl_iterate_phdr, which takes a lock of the loader's. So a fork child of a
 * process that had threads must not ask there: another thread may have held
 * that lock. Hold no lock of ours in a call.
 */
#ifndef PRELOAD_LOADER_H
#define PRELOAD_LOADER_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

struct loader_object {
	uintptr_t start; /* of the object, or of one of its segments */
	uintptr_t end;
	const struct link_map *link_map;
	const uint8_t *eh_frame_hdr; /* NULL: no unwind table */
};

/* Once, before any other call. */
void loader_init(void);

/* Is the search lock-free? Otherwise ask seldom. */
bool loader_is_lock_free(void);

/* False: in none, or this is no place to ask. */
bool loader_find(uintptr_t address, struct loader_object *found);

/* This process is about to have another thread. */
void loader_threads_begin(void);
/* In a fork child. */
void loader_after_fork(void);
/* May nothing be found any more, in this process and its children? */
bool loader_is_locked(void);

#endif
