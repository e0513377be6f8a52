/* SPDX-License-Identifier: MIT */
#include "analyzer/ring_snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ring_snapshot_clear(struct ring_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->piece_count; i++)
		free(snapshot->pieces[i].events);
	free(snapshot->pieces);
	snapshot->pieces = NULL;
	snapshot->piece_count = 0;
	snapshot->piece_capacity = 0;
	snapshot->event_count = 0;
	snapshot->damaged = false;
	model_release(&snapshot->found);
	model_init(&snapshot->found);
}

void ring_snapshot_release(struct ring_snapshot *snapshot)
{
	ring_snapshot_clear(snapshot);
	model_release(&snapshot->found);
	if (snapshot->fd >= 0)
		close(snapshot->fd);
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->fd = -1;
}

bool ring_snapshot_get(const struct ring_snapshot *snapshot, uint64_t offset,
		       void *into, size_t len)
{
	if (offset > snapshot->file_bytes ||
	    len > snapshot->file_bytes - offset)
		return false;
	return pread(snapshot->fd, into, len, (off_t)offset) == (ssize_t)len;
}

static void merge_modules(struct model *from, struct model *into)
{
	for (size_t i = 0; i < from->module_count; i++) {
		struct model_module *module = &from->modules[i];

		if (model_add_module(into, module) < 0)
			break;
		memset(module, 0, sizeof(*module)); /* moved */
	}
}

void ring_snapshot_merge(struct ring_snapshot *snapshot, struct model *into)
{
	struct model *from = &snapshot->found;
	const struct ring_header *header = &snapshot->header;

	for (uint32_t id = STACK_FIRST; id < from->stacks.count; id++)
		if (from->stacks.nodes[id].address)
			stack_tree_add(&into->stacks, id,
				       &from->stacks.nodes[id]);
	merge_modules(from, into);
	for (size_t i = 0; i < from->thread_count; i++)
		model_add_thread(into, &from->threads[i],
				 strlen(from->threads[i].name));
	for (int i = 0; i <= STAT_COUNT; i++)
		if (header->stats[i] > into->stats[i])
			into->stats[i] = header->stats[i];
	if (!snapshot->live && into->end_reason == 0)
		into->end_reason = ring_end_reason(header);
}
