/* SPDX-License-Identifier: MIT */
/*
 * The bytes of the ring: a shared file mapping when it can be, anonymous memory
 * otherwise (no room, no shared mappings, a file size limit): then only the
 * process itself drains it. Grows in chunks, which are never moved; areas are
 * taken from it one after another. No fd stays open.
 */
#ifndef PRELOAD_RING_AREA_H
#define PRELOAD_RING_AREA_H

#include <stdbool.h>
#include <stddef.h>

#include "include/ring_format.h"
#include "preload/hidden.h"

struct ring {
	struct ring_header *header; /* NULL: no ring */
	bool anonymous;		    /* header->stats says so too */
	char path[4096];	    /* "" when anonymous */
};

extern struct ring ring HIDDEN;

/* See ring_create(). */
int ring_area_create(const char *dump_path, const char *ring_path);
int ring_publish(void);

/* The bytes at a file offset, or NULL: outside, or across two chunks. */
void *ring_at(uint64_t offset, size_t bytes);

/* The offset of a fresh area, zeroed, page-aligned; 0: no room, which is
 * counted. One thread at a time. */
uint64_t ring_area_take(uint64_t bytes);

void ring_count(enum stat_tag tag, uint64_t n);

/* See ring_leave_parent() and ring_set_aside(). */
struct ring_header *ring_area_leave_parent(void);
void ring_area_set_aside(void);
/* Unmaps what was set aside: there is another ring, and no hook is open. */
void ring_forget(void);

/* Removes the file; the mapping stays. */
void ring_unlink(void);

#endif
