/* SPDX-License-Identifier: MIT */
/*
 * The recorded processes of one `heapwise record`: their rings, found as they
 * appear in one folder, drained while their processes live, finished when they
 * are gone. A broken ring costs its own dump, never the collector.
 */
#ifndef PRELOAD_SESSION_H
#define PRELOAD_SESSION_H

#include "preload/drain.h"
#include "preload/process.h"
#include "preload/ring_map.h"
#include "preload/ring_wait.h"

struct session_ring {
	struct session_ring *next;
	struct ring_map map;
	struct drain drain;
	struct process process;
	char *path;	    /* of the ring file */
	char *dump_path;    /* a copy: the header may be overwritten */
	uint64_t quiet_ns;  /* since when nothing came */
	uint64_t look_ns;   /* when to look for an exec again, */
	uint64_t look_step; /* and how long after that */
	unsigned int tries; /* to finish it */
	bool ours;	    /* we drain it, not its target */
	bool over;	    /* nothing more to do, the file is left there */
};

struct session {
	uint64_t id;
	char *folder; /* where rings appear */
	bool ending;  /* COMMAND has: files that were never published go */
	int inotify;  /* -1: none, look often */
	struct writer_space *space;
	struct session_ring *rings;
	struct ring_wait wait; /* for those that were drained last */
};

/* How one look at all rings went. */
struct session_round {
	unsigned int live; /* rings of processes that have not ended */
	bool flows;	   /* events came, or may without our being asked */
	bool pressed;	   /* some buffer that can't grow was half full */
};

/* Watches `folder`. -ENOMEM, or 0: a folder that can't be watched is read. */
int session_init(struct session *s, uint64_t id, const char *folder);
void session_release(struct session *s);
/* Takes in rings that inotify tells of; or, by session_scan, all there are. */
void session_watch(struct session *s);
void session_scan(struct session *s);
/* One round over all rings; finishes those whose process has gone. */
struct session_round session_drain(struct session *s);

#endif
