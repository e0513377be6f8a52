/* SPDX-License-Identifier: MIT */
/*
 * What a ring file holds that its dump lacks. The file is another process's
 * shared memory, maybe changing, maybe damaged by the crash that is looked
 * into: nothing in it is trusted, and it is read with pread(), so that nothing
 * it does can fault. While somebody still drains it, reading is repeated until
 * no block was written in between.
 */
#ifndef ANALYZER_RING_READER_H
#define ANALYZER_RING_READER_H

#include "analyzer/ring_snapshot.h"

enum ring_error {
	RING_OK = 0,
	RING_ERROR_NONE = -1,	    /* there is no such file */
	RING_ERROR_UNREADABLE = -2, /* not a ring file, or cannot be read */
	RING_ERROR_OTHER = -3,	    /* of another recording */
	RING_ERROR_BUSY = -4,	    /* changed each time it was read */
};

/* Which dump the ring must belong to. */
struct ring_owner {
	int dump_fd;
	const char *dump_path;
	uint64_t pid;
	uint64_t session;
};

/*
 * Reads the ring file at `path`. 0, or a negative enum ring_error with nothing
 * to release.
 */
int ring_reader_read(struct ring_snapshot *snapshot, const char *path,
		     const struct ring_owner *owner);
#endif
