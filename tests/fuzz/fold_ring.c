/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fold_ring.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/recording.h"
#include "include/ring_format.h"
#include "preload/leftover.h"
#include "tests/fuzz/commands.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/sparse.h"

/* What a dump has, with its ring file. */
struct content {
	bool whole; /* nothing of it is damaged */
	uint64_t events;
	uint64_t nodes;
	uint64_t modules;
};

static struct content look(void)
{
	struct content c = { 0 };
	struct recording *r;
	struct dump_problem problem;

	if (recording_open(&r, scratch_path("a.hwd"), &problem) < 0)
		return c;
	recording_verify(r);
	c.whole = r->reader.damage_total == 0 && !r->ring_damaged &&
		  !r->live && r->ring <= RING_TAKEN;
	c.events = r->event_count;
	c.modules = r->model.module_count;
	for (uint32_t id = 0; id < r->model.stacks.count; id++)
		c.nodes += r->model.stacks.nodes[id].address != 0;
	recording_free(r);
	return c;
}

/* Is the dump what its recorder left, whole blocks as many as the ring says? */
static bool is_plain(const uint8_t *dump, size_t len, const uint8_t *image)
{
	const struct ring_header *ring = (const struct ring_header *)image;
	struct dump_block_header header;
	uint64_t sequence = 0;
	size_t at = 0;

	for (; len - at >= sizeof(header); sequence++) {
		memcpy(&header, dump + at, sizeof(header));
		if (header.sequence != sequence ||
		    (header.type == DUMP_META) != (sequence == 0) ||
		    header.type == DUMP_END ||
		    header.stored_bytes > len - at - sizeof(header))
			return false;
		at += sizeof(header) + header.stored_bytes;
	}
	return at == len && ring->dump_sequence == sequence &&
	       ring->intent.armed == 0;
}

static void compare(const struct content *before, const struct content *after)
{
	if (!before->whole)
		return;
	/* a node of no module that is there is left out */
	if (after->whole && after->events == before->events &&
	    after->nodes <= before->nodes && after->modules == before->modules)
		return;
	fprintf(stderr,
		"folded: %lu events, %lu nodes, %lu modules; were %lu, %lu, "
		"%lu; whole: %d\n",
		after->events, after->nodes, after->modules, before->events,
		before->nodes, before->modules, after->whole);
	abort();
}

void fold_ring(const uint8_t *data, size_t len)
{
	size_t part, image_bytes;
	const uint8_t *dump = commands_part(data, len, &part);
	const uint8_t *image;
	struct content before, after;
	enum leftover_result result;

	if (len < 5)
		return;
	image = sparse_unpack(dump + part, (size_t)(data + len - dump) - part,
			      &image_bytes);
	scratch_write("a.hwd", dump, part);
	scratch_write("a.hwd.ring", image, image_bytes);
	before = look();
	result = leftover_finish(scratch_path("a.hwd"),
				 scratch_path("a.hwd.ring"));
	after = look();
	if (result == LEFTOVER_DONE && image_bytes >= sizeof(struct ring_header) &&
	    is_plain(dump, part, image))
		compare(&before, &after);
	scratch_remove("a.hwd.ring");
	scratch_remove("a.hwd");
}
