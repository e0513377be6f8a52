/* SPDX-License-Identifier: MIT */
#include "preload/ring.h"

#include <string.h>

#include "preload/arena.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define PASS_OVER_MAX 1024u /* requests for nodes between two tries */

static struct spin grow;       /* guards those below, and taking areas */
static uint64_t buffers_bytes; /* of all buffers */
static uint64_t module_next;   /* next record; within the last module chunk */
static uint32_t module_left;   /* bytes left there */
static uint32_t pass_over;     /* requests for nodes; atomic */
static uint32_t pass_over_next; /* if the next try fails, too; atomic */

int ring_create(const char *dump_path, const char *ring_path)
{
	buffers_bytes = 0;
	module_left = 0;
	pass_over = pass_over_next = 0;
	return ring_area_create(dump_path, ring_path);
}

/* As far as a thread has ever written it. */
static uint64_t buffers_touched(void)
{
	uint64_t at = __atomic_load_n(&ring.header->buffers, __ATOMIC_ACQUIRE);
	uint64_t sum = 0;

	while (at) {
		const struct ring_buffer *buffer = ring_at(at, sizeof(*buffer));
		uint64_t written = sizeof(*buffer) +
			__atomic_load_n(&buffer->head, __ATOMIC_RELAXED) *
			sizeof(struct ring_event);

		sum += written < buffer->bytes ? written : buffer->bytes;
		at = buffer->older;
	}
	return sum;
}

void ring_account(void)
{
	uint64_t nodes = __atomic_load_n(&ring.header->nodes_reserved,
					 __ATOMIC_RELAXED);

	__atomic_store_n(&ring.header->recorder_bytes,
			 arena_bytes() + buffers_touched() +
			 nodes * sizeof(struct ring_node) + RING_HEADER_BYTES,
			 __ATOMIC_RELAXED);
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
	*offset = ring_area_take(bytes);
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
	if (!spin_try_lock_patiently(&grow))
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
	if (fresh)
		ring_account();
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
	if (!spin_try_lock_patiently(&grow)) {
		sys_leave(&section);
		return false;
	}
	if (!ring.header->node_chunks[index]) {
		offset = ring_area_take(ring_node_chunk_bytes(index));
		__atomic_store_n(&ring.header->node_chunks[index], offset,
				 __ATOMIC_RELEASE);
		ring_account();
	}
	spin_unlock(&grow);
	sys_leave(&section);
	return ring.header->node_chunks[index] != 0;
}

struct ring_node *ring_nodes[RING_NODE_CHUNKS];

/* Where there is no room, each event would ask the system in vain. */
static bool is_passed_over(void)
{
	uint32_t left = __atomic_load_n(&pass_over, __ATOMIC_RELAXED);

	if (left)
		__atomic_store_n(&pass_over, left - 1, __ATOMIC_RELAXED);
	return left != 0;
}

static void pass_some_over(bool failed)
{
	uint32_t n = __atomic_load_n(&pass_over_next, __ATOMIC_RELAXED);

	__atomic_store_n(&pass_over, failed ? n : 0, __ATOMIC_RELAXED);
	n = n < PASS_OVER_MAX ? 2 * n + 1 : n;
	__atomic_store_n(&pass_over_next, failed ? n : 0, __ATOMIC_RELAXED);
}

struct ring_node *ring_add_nodes(uint32_t id)
{
	uint32_t index = ring_node_chunk(id);
	struct ring_node *chunk;
	bool added;

	if (is_passed_over())
		return NULL;
	added = add_node_chunk(index);
	pass_some_over(!added);
	if (!added)
		return NULL;
	chunk = ring_at(ring.header->node_chunks[index],
			ring_node_chunk_bytes(index));
	__atomic_store_n(&ring_nodes[index], chunk, __ATOMIC_RELEASE);
	return chunk + ring_node_place(id);
}

static bool begin_module_chunk(void)
{
	for (uint32_t i = 0; i < RING_MODULE_CHUNKS; i++) {
		if (ring.header->module_chunks[i])
			continue;
		module_next = ring_area_take(RING_MODULE_CHUNK);
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
	struct sys_section section;
	int ret = -ENOSPC;

	sys_enter(&section);
	if (!spin_try_lock_for_long(&grow)) {
		sys_leave(&section);
		return -EBUSY;
	}
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
	sys_leave(&section);
	return ret;
}

struct ring_header *ring_leave_parent(void)
{
	spin_reset(&grow);
	return ring_area_leave_parent();
}

void ring_set_aside(void)
{
	memset(ring_nodes, 0, sizeof(ring_nodes));
	ring_area_set_aside();
}
