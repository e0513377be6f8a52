/* SPDX-License-Identifier: MIT */
#include "preload/ring.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "preload/spin.h"
#include "preload/sys.h"

#define CHUNK_FIRST (256u << 10)
#define CHUNK_MAX (4u << 20)
#define CHUNKS_MAX 512

struct ring ring;

/* A stretch of the file and where it is mapped. Appended under `grow`, the
 * count stored last (release), read without a lock. */
static struct chunk {
	uint64_t offset;
	uint64_t bytes;
	uint8_t *memory;
} chunks[CHUNKS_MAX];
static uint32_t chunk_count; /* atomic */

static struct spin grow;       /* guards the three below, and growing */
static uint64_t area_next;     /* file offset of the first unused byte */
static uint64_t buffers_bytes; /* of all buffers */
static uint64_t module_next;   /* next record; within the last module chunk */
static uint32_t module_left;   /* bytes left there */
static uint64_t file_device, file_inode;

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

/* Maps `bytes` more of the file. Under `grow`. */
static int add_chunk(uint64_t bytes)
{
	uint64_t offset = ring.header->file_bytes;
	void *memory = NULL;
	int fd, ret;

	if (chunk_count == CHUNKS_MAX || sys_is_forbidden())
		return -ENOSPC;
	if (ring.anonymous) {
		ret = map_anonymous(bytes, &memory);
	} else {
		fd = sys_open(ring.path, O_RDWR | O_NOFOLLOW, 0);
		if (fd < 0)
			return fd;
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

/* A fresh area, zeroed, page-aligned. Under `grow`. 0: no room. */
static uint64_t take_area(uint64_t bytes)
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

void ring_count(enum stat_tag tag, uint64_t n)
{
	if (ring.header)
		__atomic_fetch_add(&ring.header->stats[tag], n,
				   __ATOMIC_RELAXED);
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
	buffers_bytes = 0;
	module_left = 0;
	ring.header = header;
}

static const char *temporary_path(void)
{
	static char path[sizeof(ring.path) + 8];

	strcpy(path, ring.path);
	return strcat(path, ".new");
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

int ring_create(const char *dump_path, const char *ring_path)
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

static bool claim(struct ring_buffer *buffer)
{
	uint32_t state = RING_BUFFER_FREE;

	return __atomic_load_n(&buffer->state, __ATOMIC_RELAXED) == state &&
	       __atomic_compare_exchange_n(&buffer->state, &state,
					   RING_BUFFER_ACTIVE, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* A free buffer of that size, or half as much again. Under `grow`. */
static struct ring_buffer *reuse_buffer(uint32_t bytes, uint64_t *offset)
{
	uint64_t at = ring.header->buffers;

	while (at) {
		struct ring_buffer *buffer = ring_at(at, sizeof(*buffer));

		if (buffer->bytes >= bytes && buffer->bytes <= 2 * bytes &&
		    claim(buffer)) {
			*offset = at;
			return buffer;
		}
		at = buffer->older;
	}
	return NULL;
}

static struct ring_buffer *new_buffer(uint32_t bytes, uint64_t *offset)
{
	struct ring_buffer *buffer;

	if (buffers_bytes + bytes > RING_BUFFERS_MAX &&
	    bytes > RING_BUFFER_BYTES_MIN)
		return NULL;
	*offset = take_area(bytes);
	if (!*offset)
		return NULL;
	buffers_bytes += bytes;
	buffer = ring_at(*offset, bytes);
	buffer->bytes = bytes;
	buffer->capacity = (bytes - (uint32_t)sizeof(*buffer)) /
			   (uint32_t)sizeof(struct ring_event);
	buffer->state = RING_BUFFER_ACTIVE;
	buffer->older = ring.header->buffers;
	return buffer;
}

struct ring_buffer *ring_take_buffer(uint32_t bytes, uint32_t thread,
				     uint64_t before, uint64_t *offset)
{
	struct ring_buffer *buffer = NULL;
	struct sys_section section;
	bool fresh = false;

	sys_enter(&section);
	if (!spin_try_lock_for_long(&grow))
		goto out;
	buffer = reuse_buffer(bytes, offset);
	if (!buffer) {
		buffer = new_buffer(bytes, offset);
		fresh = true;
	}
	if (buffer) {
		buffer->thread = thread;
		buffer->before = before;
		if (fresh)
			__atomic_store_n(&ring.header->buffers, *offset,
					 __ATOMIC_RELEASE);
	}
	spin_unlock(&grow);
out:
	sys_leave(&section);
	return buffer;
}

static bool add_node_chunk(uint32_t index)
{
	struct sys_section section;
	uint64_t offset = 0;

	sys_enter(&section);
	if (!spin_try_lock_for_long(&grow)) {
		sys_leave(&section);
		return false;
	}
	if (!ring.header->node_chunks[index]) {
		offset = take_area(ring_node_chunk_bytes(index));
		__atomic_store_n(&ring.header->node_chunks[index], offset,
				 __ATOMIC_RELEASE);
	}
	spin_unlock(&grow);
	sys_leave(&section);
	return ring.header->node_chunks[index] != 0;
}

static struct ring_node *node_chunks[RING_NODE_CHUNKS]; /* atomics */

struct ring_node *ring_node(uint32_t id)
{
	uint32_t index = ring_node_chunk(id);
	struct ring_node *chunk;

	chunk = __atomic_load_n(&node_chunks[index], __ATOMIC_ACQUIRE);
	if (__builtin_expect(!chunk, 0)) {
		if (!add_node_chunk(index))
			return NULL;
		chunk = ring_at(ring.header->node_chunks[index],
				ring_node_chunk_bytes(index));
		__atomic_store_n(&node_chunks[index], chunk, __ATOMIC_RELEASE);
	}
	return chunk + ring_node_place(id);
}

static bool begin_module_chunk(void)
{
	for (uint32_t i = 0; i < RING_MODULE_CHUNKS; i++) {
		if (ring.header->module_chunks[i])
			continue;
		module_next = take_area(RING_MODULE_CHUNK);
		if (!module_next)
			return false;
		module_left = RING_MODULE_CHUNK;
		__atomic_store_n(&ring.header->module_chunks[i], module_next,
				 __ATOMIC_RELEASE);
		return true;
	}
	return false;
}

int ring_log_module(const struct ring_module *module)
{
	int ret = -ENOSPC;

	if (!spin_try_lock_for_long(&grow))
		return -EBUSY;
	if (module->bytes <= RING_MODULE_CHUNK &&
	    (module_left >= module->bytes || begin_module_chunk())) {
		memcpy(ring_at(module_next, module->bytes), module,
		       module->bytes);
		module_next += module->bytes;
		module_left -= module->bytes;
		__atomic_store_n(&ring.header->module_count,
				 ring.header->module_count + 1,
				 __ATOMIC_RELEASE);
		ret = 0;
	}
	spin_unlock(&grow);
	return ret;
}

struct ring_header *ring_leave_parent(void)
{
	struct ring_header *parent = NULL;

	spin_reset(&grow);
	if (!ring.header)
		return NULL;
	if (!ring.anonymous)
		parent = mremap(ring.header, 0, RING_HEADER_BYTES,
				MREMAP_MAYMOVE);
	for (uint32_t i = 0; i < chunk_count && !ring.anonymous; i++)
		mmap(chunks[i].memory, chunks[i].bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return parent == MAP_FAILED ? NULL : parent;
}

void ring_forget(void)
{
	for (uint32_t i = 0; i < chunk_count; i++)
		munmap(chunks[i].memory, chunks[i].bytes);
	chunk_count = 0;
	ring.header = NULL;
	memset(node_chunks, 0, sizeof(node_chunks));
}
