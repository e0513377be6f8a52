/* SPDX-License-Identifier: MIT */
#include "preload/tree_drain.h"

#include <errno.h>
#include <string.h>

#include "preload/payloads.h"

#define NODES_PER_BLOCK 16384
#define MODULES_FLUSH_BYTES (64u << 10)
#define MODULE_BYTES_MAX (8u << 10) /* in a payload, path included */

void tree_drain_init(struct tree_drain *t, const struct ring_view *view)
{
	const struct ring_header *header = view->header;

	memset(t, 0, sizeof(*t));
	t->sent_nodes = header->drained_nodes;
	if (t->sent_nodes < STACK_FIRST || t->sent_nodes > STACK_NODES_MAX)
		t->sent_nodes = STACK_FIRST;
	t->sent_modules = header->drained_modules;
}

/* How far the ring may believe its nodes to be in the dump. */
static uint64_t safe_nodes(const struct tree_drain *t)
{
	uint64_t safe = t->sent_nodes;

	for (unsigned int i = 0; i < t->hole_count; i++)
		if (t->holes[i] < safe)
			safe = t->holes[i];
	return safe;
}

static int append(struct tree_drain *t, struct writer *w,
		  enum dump_block_type type, uint32_t count)
{
	struct writer_effect effect = {
		.nodes = safe_nodes(t),
		.modules = t->sent_modules,
	};
	struct writer_block block = {
		.type = type,
		.count = count,
		.effect = &effect,
	};

	return writer_append(w, &block);
}

static bool module_is_sound(const struct ring_module *module, uint32_t bytes,
			    uint64_t id)
{
	return module->id == id &&
	       module->build_id_bytes <= RING_BUILD_ID_MAX &&
	       module->segment_count <= RING_MODULE_SEGMENTS &&
	       sizeof(*module) + module->path_bytes <= bytes;
}

/*
 * Copies the record at the cursor (its path right behind it) and moves the
 * cursor over it. 0, -EAGAIN (not visible), -EINVAL (makes no sense).
 */
static int next_module(struct tree_drain *t, const struct ring_view *view,
		       void *copy)
{
	const uint8_t *chunk = ring_view_modules(view, t->chunk);
	uint32_t bytes = 0;

	if (chunk && RING_MODULE_CHUNK - t->place >= sizeof(bytes))
		memcpy(&bytes, chunk + t->place, sizeof(bytes));
	if (chunk && bytes == 0 && t->place > 0) {
		t->chunk++;
		t->place = 0;
		chunk = ring_view_modules(view, t->chunk);
		if (chunk)
			memcpy(&bytes, chunk, sizeof(bytes));
	}
	if (!chunk)
		return -EAGAIN;
	if (bytes < sizeof(struct ring_module) || bytes > MODULE_BYTES_MAX ||
	    bytes % 8 != 0 || bytes > RING_MODULE_CHUNK - t->place)
		return -EINVAL;
	memcpy(copy, chunk + t->place, bytes);
	if (!module_is_sound(copy, bytes, t->seen_modules + 1))
		return -EINVAL;
	t->place += bytes;
	t->seen_modules++;
	return 0;
}

static int drain_modules(struct tree_drain *t, const struct ring_view *view,
			 struct writer *w)
{
	uint64_t until =
		__atomic_load_n(&view->header->module_count, __ATOMIC_ACQUIRE);
	struct codec_writer *payload = writer_begin(w);
	void *copy = writer_space_scratch(w->space);
	uint64_t before = t->sent_modules;
	uint32_t count = 0;
	int ret = 0;

	while (!t->broken_modules && t->seen_modules < until && ret == 0) {
		ret = next_module(t, view, copy);
		if (ret == -EINVAL)
			t->broken_modules = true;
		if (ret < 0)
			break;
		if (t->seen_modules <= t->sent_modules)
			continue;
		payload_put_module(payload, copy);
		t->sent_modules = t->seen_modules;
		count++;
		if (codec_written(payload) < MODULES_FLUSH_BYTES)
			continue;
		ret = append(t, w, DUMP_MODULES, count);
		if (ret == 0) {
			before = t->sent_modules;
			payload = writer_begin(w);
			count = 0;
		}
	}
	if (count && (ret == 0 || ret == -EINVAL || ret == -EAGAIN)) {
		int written = append(t, w, DUMP_MODULES, count);

		if (written < 0)
			ret = written;
		else
			before = t->sent_modules;
	}
	if (t->sent_modules != before) {
		/* not written: the cursor starts over */
		t->sent_modules = before;
		t->seen_modules = 0;
		t->chunk = 0;
		t->place = 0;
	}
	return ret == -EINVAL ? 0 : ret;
}

/* What the nodes of one block refer to. */
struct previous {
	uint64_t address;
	uint32_t module;
};

/*
 * Puts a node; false if it is not complete: a hole. (A module that is not in
 * the dump yet came after this round's events; so did its node.)
 */
static bool put_node(struct tree_drain *t, struct codec_writer *payload,
		     uint32_t id, struct ring_node *node,
		     struct previous *previous)
{
	uint64_t address = __atomic_load_n(&node->address, __ATOMIC_ACQUIRE);
	uint32_t parent = node->parent;
	uint32_t module = node->module;

	if (t->broken_modules && module > t->sent_modules)
		module = 0;
	if (address == 0 || parent >= id || module > t->sent_modules) {
		codec_put_varint(payload, 0);
		return false;
	}
	codec_put_varint(payload, id - parent);
	codec_put_zigzag(payload, (int64_t)module - previous->module);
	codec_put_zigzag(payload, (int64_t)(address - previous->address));
	previous->module = module;
	previous->address = address;
	return true;
}

static struct ring_node *find_node(const struct ring_view *view, uint32_t id)
{
	struct ring_node *nodes = ring_view_nodes(view, ring_node_chunk(id));

	return nodes ? nodes + ring_node_place(id) : NULL;
}

/* Sends the holes that were filled since, each in a block of its own. */
static int fill_holes(struct tree_drain *t, const struct ring_view *view,
		      struct writer *w)
{
	unsigned int i = 0;

	while (i < t->hole_count) {
		uint32_t id = t->holes[i];
		struct ring_node *node = find_node(view, id);
		struct codec_writer *payload = writer_begin(w);
		struct previous previous = { 0 };
		int ret;

		codec_put_varint(payload, id);
		if (!node || !put_node(t, payload, id, node, &previous)) {
			i++;
			continue;
		}
		t->holes[i] = t->holes[--t->hole_count];
		ret = append(t, w, DUMP_STACKS, 1);
		if (ret < 0) {
			t->holes[t->hole_count++] = id;
			return ret;
		}
	}
	return 0;
}

/*
 * One block of nodes from sent_nodes on; all of them lie in one chunk. -ENOENT
 * if there is no such chunk yet: no complete node can be in it.
 */
static int send_nodes(struct tree_drain *t, const struct ring_view *view,
		      struct writer *w, uint64_t until)
{
	uint32_t first = (uint32_t)t->sent_nodes;
	uint32_t id = first;
	unsigned int holes_before = t->hole_count;
	unsigned int chunk = ring_node_chunk(first);
	struct ring_node *nodes = ring_view_nodes(view, chunk);
	struct codec_writer *payload = writer_begin(w);
	struct previous previous = { 0 };
	int ret;

	if (!nodes)
		return view->header->node_chunks[chunk] ? -EAGAIN : -ENOENT;
	codec_put_varint(payload, first);
	for (; id < until && id - first < NODES_PER_BLOCK &&
	       ring_node_chunk(id) == chunk;
	     id++) {
		struct ring_node *node = nodes + ring_node_place(id);

		if (!put_node(t, payload, id, node, &previous) &&
		    t->hole_count < TREE_DRAIN_HOLES)
			t->holes[t->hole_count++] = id;
	}
	t->sent_nodes = id;
	ret = append(t, w, DUMP_STACKS, id - first);
	if (ret < 0) {
		t->sent_nodes = first;
		t->hole_count = holes_before;
	}
	return ret;
}

int tree_drain_all(struct tree_drain *t, const struct ring_view *view,
		   struct writer *w)
{
	uint64_t until = __atomic_load_n(&view->header->nodes_reserved,
					 __ATOMIC_ACQUIRE);
	uint64_t room = ring_view_bytes(view) / sizeof(struct ring_node);
	int ret = drain_modules(t, view, w);

	if (ret == 0)
		ret = fill_holes(t, view, w);
	if (until > STACK_NODES_MAX)
		until = STACK_NODES_MAX;
	if (until > room) /* the others' chunk is not there, or a broken
			     header has one chunk several times */
		until = room;
	while (ret == 0 && t->sent_nodes < until)
		ret = send_nodes(t, view, w, until);
	return ret == -ENOENT ? 0 : ret;
}
