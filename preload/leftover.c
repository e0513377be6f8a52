/* SPDX-License-Identifier: MIT */
#include "preload/leftover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/bus_guard.h"
#include "preload/drain.h"
#include "preload/process.h"
#include "preload/ring_map.h"

struct leftover {
	const char *dump;
	const char *ring;
	struct ring_map map;
	struct writer_space *space;
	enum leftover_result result;
};

static bool is_alive(const struct leftover *l)
{
	const char *slash = strrchr(l->ring, '/');
	struct process process;
	bool alive;

	process_find(&process, (int)l->map.header->pid,
		     slash ? slash + 1 : l->ring);
	alive = process_is_alive(&process);
	process_release(&process);
	return alive;
}

static void fold(void *argument)
{
	struct leftover *l = argument;
	struct drain_setup setup = {
		.view = { l->map.header, ring_map_at, &l->map },
		.space = l->space,
		.collector = true,
	};
	struct drain drain;
	struct stat st;

	if (is_alive(l)) {
		l->result = LEFTOVER_LIVE;
		return;
	}
	if (stat(l->dump, &st) < 0 || !ring_map_all(&l->map))
		return;
	drain_init(&drain, &setup);
	drain.writer.file.path = l->dump;
	drain.writer.file.device = st.st_dev;
	drain.writer.file.inode = st.st_ino;
	if (drain_finish(&drain, ring_end_reason(l->map.header),
			 DRAIN_ALL | DRAIN_GONE) == 0) {
		ring_map_unlink(&l->map, l->ring);
		l->result = LEFTOVER_DONE;
	}
	drain_release(&drain);
}

static void fold_guarded(struct leftover *l)
{
	void *memory =
		mmap(NULL, writer_workspace_bytes(), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return;
	l->space = writer_space_init(memory);
	bus_guard_init();
	if (!bus_guard_run(fold, l))
		l->result = LEFTOVER_FAILED;
	munmap(memory, writer_workspace_bytes());
}

enum leftover_result leftover_finish(const char *dump, const char *ring)
{
	struct leftover l = {
		.dump = dump,
		.ring = ring,
		.result = LEFTOVER_FAILED,
	};

	if (access(ring, F_OK) < 0)
		return errno == ENOENT ? LEFTOVER_DONE : LEFTOVER_FAILED;
	switch (ring_map_open(&l.map, ring, 0)) {
	case RING_MAP_BUSY:
		return LEFTOVER_LIVE;
	case RING_MAP_FOREIGN:
		return LEFTOVER_FAILED;
	case RING_MAP_OK:
		break;
	}
	fold_guarded(&l);
	ring_map_release(&l.map);
	return l.result;
}
