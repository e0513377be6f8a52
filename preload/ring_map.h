/* SPDX-License-Identifier: MIT */
/*
 * A ring file as the collector maps it. What was mapped stays where it is until
 * ring_map_refresh(), the file may grow meanwhile. The collector's lock on the
 * ring belongs to its fd: a target that gets that lock knows that no collector
 * is there.
 */
#ifndef PRELOAD_RING_MAP_H
#define PRELOAD_RING_MAP_H

#include <sys/types.h>

#include "preload/ring_view.h"

struct ring_map_part {
	uint8_t *start;
	uint64_t offset;
	uint64_t bytes;
};

struct ring_map {
	struct ring_header *header;  /* RING_HEADER_BYTES, for good */
	struct ring_map_part *parts; /* part_count, by offset, no gaps */
	unsigned int part_count;
	uint64_t mapped; /* bytes that the parts cover */
	dev_t device;	 /* of the ring file */
	ino_t inode;
	int fd;
};

enum ring_map_result {
	RING_MAP_OK = 0,
	RING_MAP_BUSY = 1,    /* another process has the lock */
	RING_MAP_FOREIGN = 2, /* not a ring, or not ours to touch */
};

/*
 * Opens, locks and maps the ring at `path`. RING_MAP_FOREIGN also if its
 * session is not `session` (0: any). Everything is released unless OK.
 */
enum ring_map_result ring_map_open(struct ring_map *map, const char *path,
				   uint64_t session);
void ring_map_release(struct ring_map *map);
/*
 * Gives the lock back (closing the fd would not: the mapping keeps the open
 * file), or takes it again; false if somebody else has it.
 */
void ring_map_unlock(const struct ring_map *map);
bool ring_map_lock(const struct ring_map *map);
/* Maps all that the target has made of it; false if that is impossible now. */
bool ring_map_all(struct ring_map *map);
/* One mapping instead of many; pointers into the ring are void then. */
void ring_map_refresh(struct ring_map *map);
/* A ring_view's function; context is the map. */
void *ring_map_at(void *context, uint64_t offset, size_t bytes);
/* Is the file at `path` still this ring? And removes it, if so. */
bool ring_map_is_at(const struct ring_map *map, const char *path);
void ring_map_unlink(const struct ring_map *map, const char *path);

#endif
