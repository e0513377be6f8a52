/* SPDX-License-Identifier: MIT */
#include "preload/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/bus_guard.h"
#include "preload/clock.h"
#include "preload/unpublished.h"
#include "preload/usage_proc.h"

#define LOOK_FIRST_NS 100000000u /* quiet for so long: has it execed? */
#define LOOK_STEP_MAX_NS 2000000000u
#define FINISH_TRIES 5 /* a second each */

int session_init(struct session *s, uint64_t id, const char *folder)
{
	void *memory =
		mmap(NULL, writer_workspace_bytes(), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(s, 0, sizeof(*s));
	s->inotify = -1;
	s->folder = strdup(folder);
	if (memory == MAP_FAILED || !s->folder)
		return -ENOMEM;
	s->id = id;
	s->space = writer_space_init(memory);
	s->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->inotify >= 0 && inotify_add_watch(s->inotify, folder,
						 IN_MOVED_TO | IN_CREATE) < 0) {
		close(s->inotify);
		s->inotify = -1;
	}
	return 0;
}

static void free_ring(struct session_ring *r)
{
	drain_release(&r->drain);
	ring_map_release(&r->map);
	process_release(&r->process);
	free(r->dump_path);
	free(r->path);
	free(r);
}

void session_release(struct session *s)
{
	while (s->rings) {
		struct session_ring *r = s->rings;

		s->rings = r->next;
		free_ring(r);
	}
	if (s->inotify >= 0)
		close(s->inotify);
	free(s->folder);
	munmap(s->space, writer_workspace_bytes());
}

static bool is_known(const struct session *s, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return true;
	for (const struct session_ring *r = s->rings; r; r = r->next)
		if (r->map.device == st.st_dev && r->map.inode == st.st_ino)
			return true;
	return false;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool drains_itself(const struct session_ring *r)
{
	return __atomic_load_n(&r->map.header->drainer, __ATOMIC_ACQUIRE) !=
	       RING_DRAIN_COLLECTOR;
}

/* A job on one ring, under the guard. */
struct job {
	struct session *session;
	struct session_ring *ring;
	struct session_round *round;
	bool gone; /* the ring is finished and may be forgotten */
};

static void set_up(void *argument)
{
	struct job *job = argument;
	struct session_ring *r = job->ring;
	struct drain_setup setup = {
		.view = { r->map.header, ring_map_at, &r->map },
		.space = job->session->space,
		.usage = usage_proc,
		.collector = true,
	};

	process_find(&r->process, (int)r->map.header->pid, name_of(r->path));
	setup.pid = r->process.pid;
	drain_init(&r->drain, &setup);
	r->drain.writer.file.path = r->dump_path;
	r->ours = !drains_itself(r);
	if (r->ours)
		__atomic_store_n(&r->map.header->collector, (uint32_t)getpid(),
				 __ATOMIC_RELAXED);
	else
		ring_map_unlock(&r->map);
	r->quiet_ns = clock_ns(CLOCK_MONOTONIC);
	r->look_step = LOOK_FIRST_NS;
	r->look_ns = r->quiet_ns + r->look_step;
}

/* Memory is all that can be missing: then the target drains itself. */
static struct session_ring *open_ring(struct session *s, const char *path)
{
	struct session_ring *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->process.pidfd = -1;
	r->drain.writer.file.fd = -1;
	r->map.fd = -1;
	r->path = strdup(path);
	if (r->path && ring_map_open(&r->map, path, s->id) == RING_MAP_OK)
		r->dump_path = strndup(r->map.header->dump_path,
				       sizeof(r->map.header->dump_path));
	if (!r->dump_path) {
		free_ring(r);
		return NULL;
	}
	return r;
}

/* A process that has a newer ring has left its older ones by exec. */
static void look_at_older(struct session *s, const struct session_ring *newer)
{
	for (struct session_ring *r = s->rings; r; r = r->next)
		if (r->process.pid == newer->process.pid)
			r->look_ns = 0;
}

/* Takes a ring in, if it is one of this session. */
static void adopt(struct session *s, const char *name)
{
	size_t len = strlen(name);
	size_t suffix = strlen(RING_SUFFIX);
	char path[PATH_MAX];
	struct job job = { .session = s };

	if (snprintf(path, sizeof(path), "%s/%s", s->folder, name) >=
	    (int)sizeof(path))
		return;
	if (len <= suffix || strcmp(name + len - suffix, RING_SUFFIX) != 0 ||
	    is_known(s, path))
		return;
	job.ring = open_ring(s, path);
	if (!job.ring)
		return;
	if (!bus_guard_run(set_up, &job)) {
		free_ring(job.ring);
		return;
	}
	look_at_older(s, job.ring);
	job.ring->next = s->rings;
	s->rings = job.ring;
}

/* Not in the moment when it is made: who makes a file has it open only a little
 * later than it is there. */
static void sweep(const struct session *s, const char *name)
{
	char path[PATH_MAX];

	if (unpublished_is_named(name) &&
	    snprintf(path, sizeof(path), "%s/%s", s->folder, name) <
		    (int)sizeof(path))
		unpublished_end(path, s->id);
}

void session_scan(struct session *s)
{
	DIR *folder = opendir(s->folder);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)) != NULL) {
		if (s->ending)
			sweep(s, entry->d_name);
		adopt(s, entry->d_name);
	}
	if (folder)
		closedir(folder);
}

void session_watch(struct session *s)
{
	char events[4096] __attribute__((aligned(8)));
	ssize_t len;

	while (s->inotify >= 0 &&
	       (len = read(s->inotify, events, sizeof(events))) > 0) {
		const char *at = events;

		while (at < events + len) {
			const struct inotify_event *event = (const void *)at;

			if (event->mask & IN_Q_OVERFLOW)
				session_scan(s);
			else if (event->len)
				adopt(s, event->name);
			at += sizeof(*event) + event->len;
		}
	}
}

/* Until an exec has surely happened, the fork child may go on. */
static void discard(struct session_ring *r)
{
	struct dump_file *dump = &r->drain.writer.file;

	if (dump_file_open(dump) == 0)
		unlink(r->dump_path);
	ring_map_unlink(&r->map, r->path);
}

static void finish(struct job *job, enum end_reason reason)
{
	struct session_ring *r = job->ring;
	int ret;

	if (!r->ours &&
	    (!ring_map_is_at(&r->map, r->path) || !ring_map_lock(&r->map))) {
		job->gone = true; /* by itself, or by somebody else */
		return;
	}
	r->ours = true;
	/* what cannot be seen would be lost with the file */
	ret = ring_map_all(&r->map) ?
		      drain_finish(&r->drain, reason, DRAIN_ALL | DRAIN_GONE) :
		      -EAGAIN;
	if (ret == 0) {
		ring_map_unlink(&r->map, r->path);
		job->gone = true;
	} else if (ret != -EAGAIN || ++r->tries > FINISH_TRIES) {
		ring_map_unlock(&r->map);
		drain_release(&r->drain);
		r->over = true;
	}
}

/* Not often: reading a process's maps holds it up. */
static bool has_left(struct session_ring *r, uint64_t now)
{
	if (now < r->look_ns)
		return false;
	if (!process_maps(&r->process, name_of(r->path)))
		return true;
	r->look_step *= 2;
	if (r->look_step > LOOK_STEP_MAX_NS)
		r->look_step = LOOK_STEP_MAX_NS;
	r->look_ns = now + r->look_step;
	return false;
}

/* It drops what finds no room, or may make no system call. */
static bool never_asks(const struct ring_header *header)
{
	return header->on_full != ON_FULL_WAIT ||
	       __atomic_load_n(&header->stats[STAT_SECCOMP], __ATOMIC_RELAXED);
}

static void drain_live(struct job *job, uint64_t now)
{
	struct session_ring *r = job->ring;

	struct ring_header *header;
	uint32_t seen;

	job->round->live++;
	ring_map_refresh(&r->map);
	header = r->map.header;
	seen = __atomic_load_n(&header->wake, __ATOMIC_SEQ_CST);
	drain_round(&r->drain, 0);
	ring_wait_add(&job->session->wait, &header->wake, seen);
	job->round->flows |= r->drain.flows || never_asks(header);
	job->round->pressed |= r->drain.pressed;
	if (r->drain.taken == 0)
		return;
	r->look_step = LOOK_FIRST_NS;
	r->look_ns = now + r->look_step;
}

static void drain_ring(void *argument)
{
	struct job *job = argument;
	struct session_ring *r = job->ring;
	struct ring_header *header = r->map.header;
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	/* who committed events a moment ago lives, unless COMMAND's end was told
	 * meanwhile: its own dump has to be whole when the launcher is told */
	bool alive = (r->drain.taken > 0 && !job->session->ending) ||
		     process_is_alive(&r->process);
	uint32_t state = __atomic_load_n(&header->state, __ATOMIC_ACQUIRE);
	bool left = alive && has_left(r, now);

	if (!r->ours && alive && !left) {
		job->round->live++;
	} else if (state == RING_DISCARD && (left || !alive)) {
		discard(r);
		job->gone = true;
	} else if (state == RING_EXITED && r->ours) {
		finish(job, (enum end_reason)header->reason);
	} else if (!alive || left) {
		finish(job, left ? END_EXEC : ring_end_reason(header));
	} else {
		drain_live(job, now);
	}
}

struct session_round session_drain(struct session *s)
{
	struct session_round round = { 0 };
	struct session_ring **link = &s->rings;

	ring_wait_begin(&s->wait);
	while (*link) {
		struct session_ring *r = *link;
		struct job job = { .session = s, .ring = r, .round = &round };

		if (!r->over && !bus_guard_run(drain_ring, &job))
			r->over = true; /* cut short under our feet */
		if (job.gone) {
			*link = r->next;
			free_ring(r);
		} else {
			link = &r->next;
		}
	}
	return round;
}
