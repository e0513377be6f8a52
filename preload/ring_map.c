/* SPDX-License-Identifier: MIT */
#include "preload/ring_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTS_MAX 16 /* more: one mapping instead, at the next refresh */

void ring_map_unlock(const struct ring_map *map)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	fcntl(map->fd, F_OFD_SETLK, &lock);
}

bool ring_map_lock(const struct ring_map *map)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(map->fd, F_OFD_SETLK, &lock) == 0 ||
	       (errno != EAGAIN && errno != EACCES);
}

static void *map_file(int fd, uint64_t offset, uint64_t bytes)
{
	void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   (off_t)offset);

	return start == MAP_FAILED ? NULL : start;
}

static bool header_is_sound(const struct ring_header *header, uint64_t session)
{
	return memcmp(header->magic, RING_MAGIC, sizeof(header->magic)) == 0 &&
	       header->version == RING_VERSION &&
	       (session == 0 || header->session == session) &&
	       header->dump_path[0] == '/' &&
	       memchr(header->dump_path, '\0', sizeof(header->dump_path));
}

/* A file of ours (or anybody's, for root), large enough to be a ring. */
static bool file_is_sound(const struct stat *st)
{
	uid_t uid = geteuid();

	return S_ISREG(st->st_mode) && (uid == 0 || st->st_uid == uid) &&
	       st->st_size >= (off_t)RING_HEADER_BYTES;
}

static enum ring_map_result open_locked(struct ring_map *map, uint64_t session)
{
	struct stat st;

	if (fstat(map->fd, &st) < 0 || !file_is_sound(&st))
		return RING_MAP_FOREIGN;
	map->device = st.st_dev;
	map->inode = st.st_ino;
	map->header = map_file(map->fd, 0, RING_HEADER_BYTES);
	if (!map->header || !header_is_sound(map->header, session))
		return RING_MAP_FOREIGN;
	return ring_map_lock(map) ? RING_MAP_OK : RING_MAP_BUSY;
}

enum ring_map_result ring_map_open(struct ring_map *map, const char *path,
				   uint64_t session)
{
	enum ring_map_result result;

	memset(map, 0, sizeof(*map));
	map->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (map->fd < 0)
		return RING_MAP_FOREIGN;
	result = open_locked(map, session);
	if (result != RING_MAP_OK)
		ring_map_release(map);
	return result;
}

static void unmap_parts(struct ring_map *map)
{
	for (unsigned int i = 0; i < map->part_count; i++)
		munmap(map->parts[i].start, map->parts[i].bytes);
	map->part_count = 0;
	map->mapped = 0;
}

void ring_map_release(struct ring_map *map)
{
	unmap_parts(map);
	free(map->parts);
	map->parts = NULL;
	if (map->header)
		munmap(map->header, RING_HEADER_BYTES);
	map->header = NULL;
	if (map->fd >= 0)
		close(map->fd);
	map->fd = -1;
}

/* The target grows the file by whole areas before it says so. */
static uint64_t usable_bytes(const struct ring_map *map)
{
	uint64_t said =
		__atomic_load_n(&map->header->file_bytes, __ATOMIC_ACQUIRE);
	struct stat st;

	if (fstat(map->fd, &st) < 0)
		return 0;
	if (said > (uint64_t)st.st_size)
		said = (uint64_t)st.st_size;
	return said / RING_PAGE * RING_PAGE;
}

static bool add_part(struct ring_map *map)
{
	uint64_t until = usable_bytes(map);
	struct ring_map_part *parts;
	uint8_t *start;

	if (until <= map->mapped)
		return false;
	parts = reallocarray(map->parts, map->part_count + 1, sizeof(*parts));
	if (!parts)
		return false;
	map->parts = parts;
	start = map_file(map->fd, map->mapped, until - map->mapped);
	if (!start)
		return false;
	parts[map->part_count++] = (struct ring_map_part){
		.start = start,
		.offset = map->mapped,
		.bytes = until - map->mapped,
	};
	map->mapped = until;
	return true;
}

bool ring_map_all(struct ring_map *map)
{
	uint64_t until = usable_bytes(map);

	return until > 0 && (until <= map->mapped || add_part(map));
}

void ring_map_refresh(struct ring_map *map)
{
	if (map->part_count <= PARTS_MAX)
		return;
	unmap_parts(map);
	add_part(map);
}

void *ring_map_at(void *context, uint64_t offset, size_t bytes)
{
	struct ring_map *map = context;

	if (bytes > UINT64_MAX - offset ||
	    (offset + bytes > map->mapped &&
	     (!add_part(map) || offset + bytes > map->mapped)))
		return NULL;
	for (unsigned int i = 0; i < map->part_count; i++) {
		struct ring_map_part *part = &map->parts[i];

		if (offset < part->offset ||
		    offset - part->offset > part->bytes)
			continue;
		if (part->bytes - (offset - part->offset) >= bytes)
			return part->start + (offset - part->offset);
	}
	return NULL;
}

bool ring_map_is_at(const struct ring_map *map, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == map->device &&
	       st.st_ino == map->inode;
}

void ring_map_unlink(const struct ring_map *map, const char *path)
{
	if (ring_map_is_at(map, path))
		unlink(path);
}
