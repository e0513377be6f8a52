/* SPDX-License-Identifier: MIT */
#include "preload/ring_area.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "preload/sys.h"

#define CHUNK_FIRST (256u << 10)
#define CHUNK_MAX (4u << 20)
#define CHUNKS_MAX 512

struct ring ring;

/* A stretch of the file and where it is mapped. Appended under the caller's
 * lock, the count stored last (release), read without one. */
static struct chunk {
	uint64_t offset;
	uint64_t bytes;
	uint8_t *memory;
} chunks[CHUNKS_MAX], aside[CHUNKS_MAX];
static uint32_t aside_count;
static uint32_t chunk_count; /* atomic */

static uint64_t area_next; /* file offset of the first unused byte */
static uint64_t file_device, file_inode;
static int last_fd = -1; /* atomic: that the file had when it last grew */

void *ring_at(uint64_t offset, size_t bytes)
{
	uint32_t count = __atomic_load_n(&chunk_count, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < count; i++) {
		uint64_t within = offset - chunks[i].offset;

		if (within < chunks[i].bytes)
			return bytes <= chunks[i].bytes - within ?
			       chunks[i].memory + within : NULL;
	}
	return NULL;
}

/* Would a file of that size raise SIGXFSZ? */
static bool above_file_limit(uint64_t bytes)
{
	struct rlimit limit;

	if (sys_call6(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0))
		return false;
	return limit.rlim_cur != RLIM_INFINITY && bytes > limit.rlim_cur;
}

/* Zeros, for file systems without fallocate; a hole would mean SIGBUS. */
static int fill_file(int fd, uint64_t offset, uint64_t bytes)
{
	static const uint8_t zeros[4096];
	long done = sys_fallocate(fd, offset, bytes);

	if (done != -EOPNOTSUPP && done != -ENOSYS)
		return (int)done;
	for (uint64_t at = 0; at < bytes; at += sizeof(zeros)) {
		done = sys_call6(SYS_pwrite64, fd, (long)zeros, sizeof(zeros),
				 (long)(offset + at), 0, 0);
		if (done != (long)sizeof(zeros))
			return done < 0 ? (int)done : -ENOSPC;
	}
	return 0;
}

static int map_file(int fd, uint64_t offset, uint64_t bytes, void **memory)
{
	long result = above_file_limit(offset + bytes) ? -EFBIG :
		      fill_file(fd, offset, bytes);

	if (result)
		return (int)result;
	result = sys_call6(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, (long)offset);
	*memory = (void *)result;
	return result < 0 && result > -4096 ? (int)result : 0;
}

static int map_anonymous(uint64_t bytes, void **memory)
{
	*memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return *memory == MAP_FAILED ? -ENOMEM : 0;
}

static bool is_our_file(int fd)
{
	struct stat now;

	return sys_call3(SYS_fstat, fd, (long)&now, 0) == 0 &&
	       (uint64_t)now.st_dev == file_device &&
	       (uint64_t)now.st_ino == file_inode;
}

/* Maps `bytes` more of the file. The caller has the lock. */
static int add_chunk(uint64_t bytes)
{
	uint64_t offset = ring.header->file_bytes;
	void *memory = NULL;
	int fd, ret;

	if (chunk_count == CHUNKS_MAX || sys_is_forbidden())
		return -ENOSPC;
	if (offset == 0)
		return -ESTALE; /* emptied: the file is the parent's */
	if (ring.anonymous) {
		ret = map_anonymous(bytes, &memory);
	} else {
		fd = sys_open(ring.path, O_RDWR | O_NOFOLLOW, 0);
		if (fd < 0)
			return fd;
		__atomic_store_n(&last_fd, fd, __ATOMIC_RELAXED);
		ret = is_our_file(fd) ? map_file(fd, offset, bytes, &memory) :
					-ESTALE;
		sys_close(fd);
	}
	if (ret)
		return ret;
	chunks[chunk_count] = (struct chunk){ offset, bytes, memory };
	__atomic_store_n(&chunk_count, chunk_count + 1, __ATOMIC_RELEASE);
	area_next = offset;
	__atomic_store_n(&ring.header->file_bytes, offset + bytes,
			 __ATOMIC_RELEASE);
	return 0;
}

static uint64_t chunk_bytes_for(uint64_t bytes)
{
	uint64_t chunk = CHUNK_FIRST;

	while (chunk < ring.header->file_bytes / 4 && chunk < CHUNK_MAX)
		chunk *= 2;
	return bytes > chunk ? bytes : chunk;
}

void ring_count(enum stat_tag tag, uint64_t n)
{
	if (ring.header)
		__atomic_fetch_add(&ring.header->stats[tag], n,
				   __ATOMIC_RELAXED);
}

uint64_t ring_area_take(uint64_t bytes)
{
	uint64_t offset;

	bytes = (bytes + RING_PAGE - 1) & ~(uint64_t)(RING_PAGE - 1);
	if (area_next + bytes > ring.header->file_bytes &&
	    add_chunk(chunk_bytes_for(bytes))) {
		ring_count(STAT_RING_GROW_FAILED, 1);
		return 0;
	}
	offset = area_next;
	area_next += bytes;
	return offset;
}

static void begin_header(void *memory, uint64_t bytes, const char *dump_path)
{
	struct ring_header *header = memory;

	chunks[0] = (struct chunk){ 0, bytes, memory };
	__atomic_store_n(&chunk_count, 1, __ATOMIC_RELEASE);
	memcpy(header->magic, RING_MAGIC, sizeof(header->magic));
	header->version = RING_VERSION;
	header->file_bytes = bytes;
	header->nodes_reserved = STACK_FIRST;
	header->drained_nodes = STACK_FIRST;
	strncpy(header->dump_path, dump_path, sizeof(header->dump_path) - 1);
	area_next = RING_HEADER_BYTES;
	ring.header = header;
}

static const char *temporary_path(void)
{
	static char path[sizeof(ring.path) + sizeof(RING_UNPUBLISHED)];

	strcpy(path, ring.path);
	return strcat(path, RING_UNPUBLISHED);
}

static int create_file(void **memory)
{
	struct stat now;
	int fd = sys_open(temporary_path(), O_RDWR | O_CREAT | O_EXCL |
			  O_NOFOLLOW, 0600);
	int ret;

	if (fd < 0)
		return fd;
	ret = map_file(fd, 0, CHUNK_FIRST, memory);
	if (ret == 0)
		ret = (int)sys_call3(SYS_fstat, fd, (long)&now, 0);
	sys_close(fd);
	if (ret) {
		sys_unlink(temporary_path());
		return ret;
	}
	file_device = now.st_dev;
	file_inode = now.st_ino;
	return 0;
}

int ring_area_create(const char *dump_path, const char *ring_path)
{
	void *memory = NULL;
	int ret = -ENAMETOOLONG;

	ring.anonymous = false;
	if (strlen(ring_path) < sizeof(ring.path)) {
		strcpy(ring.path, ring_path);
		ret = create_file(&memory);
	}
	if (ret) {
		ring.path[0] = '\0';
		ring.anonymous = true;
		ret = map_anonymous(CHUNK_FIRST, &memory);
	}
	if (ret)
		return ret;
	begin_header(memory, CHUNK_FIRST, dump_path);
	ring.header->stats[STAT_ANONYMOUS_RING] = ring.anonymous;
	return 0;
}

int ring_publish(void)
{
	return ring.anonymous ? 0 : sys_rename(temporary_path(), ring.path);
}

void ring_unlink(void)
{
	if (!ring.path[0])
		return;
	sys_unlink(temporary_path());
	sys_unlink(ring.path);
}

/* What another thread of the parent had open; but for the few instructions
 * between its open(2) and the note of it. One that was closed may be open here:
 * the kernel copies the open files before the memory. */
static void close_inherited(void)
{
	int fd = last_fd;

	last_fd = -1;
	if (fd >= 0 && is_our_file(fd))
		sys_close(fd);
}

struct ring_header *ring_area_leave_parent(void)
{
	uint32_t count = __atomic_load_n(&chunk_count, __ATOMIC_ACQUIRE);
	struct ring_header *parent = NULL;

	close_inherited();
	if (!ring.header)
		return NULL;
	if (!ring.anonymous)
		parent = mremap(ring.header, 0, RING_HEADER_BYTES,
				MREMAP_MAYMOVE);
	for (uint32_t i = 0; i < count; i++)
		mmap(chunks[i].memory, chunks[i].bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return parent == MAP_FAILED ? NULL : parent;
}

void ring_area_set_aside(void)
{
	memcpy(aside, chunks, chunk_count * sizeof(*chunks));
	aside_count = chunk_count;
	chunk_count = 0;
}

void ring_forget(void)
{
	for (uint32_t i = 0; i < aside_count; i++)
		munmap(aside[i].memory, aside[i].bytes);
	aside_count = 0;
}
