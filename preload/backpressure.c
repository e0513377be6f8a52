/* SPDX-License-Identifier: MIT */
#include "preload/backpressure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/clock.h"
#include "preload/drain.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "preload/side_stack.h"
#include "preload/spin.h"
#include "preload/sys.h"
#include "preload/usage_self.h"

#define WAIT_SLICE_NS 20000000u	      /* between looks at the tail */
#define TAKE_OVER_NS 250000000u	      /* then ask whether it still lives */
#define STUCK_NS 1000000000u	      /* no progress: drop and count, */
#define PATIENT_NS UINT64_C(30000000000) /* or after that, if it is at work */
#define LOOK_AGAIN 1024u	      /* dropped events between two tries */
#define SPINS_WHEN_FORBIDDEN (1u << 27) /* about a second of pauses */

/* The target's own drainer, used when no collector is there. */
static struct drain drain;
static bool drain_ready;
static uint32_t drain_lock; /* futex: 0 free, 1 held, 2 held and waited for */

static void lock_drain(void)
{
	uint32_t state = 0;

	if (__atomic_compare_exchange_n(&drain_lock, &state, 1, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&drain_lock, 2, __ATOMIC_ACQUIRE))
		sys_futex_wait(&drain_lock, 2, STUCK_NS);
}

static void unlock_drain(void)
{
	if (__atomic_exchange_n(&drain_lock, 0, __ATOMIC_RELEASE) == 2)
		sys_futex_wake(&drain_lock, 1);
}

static void *view_at(void *context, uint64_t offset, size_t bytes)
{
	(void)context;
	return ring_at(offset, bytes);
}

struct writer_space *backpressure_space(void)
{
	static void *memory;

	if (!memory) {
		memory = arena_map(writer_workspace_bytes());
		if (memory)
			arena_untouched(writer_workspace_bytes());
	}
	return memory ? writer_space_init(memory) : NULL;
}

int backpressure_init(void)
{
	struct drain_setup setup = {
		.view = { ring.header, view_at, NULL },
		.usage = usage_self,
	};

	setup.space = backpressure_space();
	if (!setup.space)
		return -ENOMEM;
	drain_init(&drain, &setup);
	drain_ready = true;
	return 0;
}

void backpressure_leave_parent(void)
{
	if (drain_ready)
		writer_leave_parent(&drain.writer);
	drain_ready = false;
	drain_lock = 0;
}

static bool we_drain(void)
{
	return __atomic_load_n(&ring.header->drainer, __ATOMIC_ACQUIRE) ==
	       RING_DRAIN_SELF;
}

/* A handler may fork at any point here: in the child ring_leave_parent() empties
 * the buffer, so what decides is read once. */
static bool adopt(struct thread *thread, struct ring_buffer *buffer)
{
	uint32_t capacity = buffer ? __atomic_load_n(&buffer->capacity,
						     __ATOMIC_RELAXED) : 0;

	if (!capacity)
		return false;
	buffer->tid = thread->tid;
	__atomic_store_n(&buffer->full_grown, 0, __ATOMIC_RELAXED);
	thread->buffer = buffer;
	thread->events = (struct ring_event *)(void *)(buffer + 1);
	thread->capacity = capacity;
	thread->head = __atomic_load_n(&buffer->head, __ATOMIC_RELAXED);
	thread->tail_seen = __atomic_load_n(&buffer->tail, __ATOMIC_ACQUIRE);
	thread->place = (uint32_t)(thread->head % capacity);
	return true;
}

static void seal(struct ring_buffer *buffer)
{
	__atomic_store_n(&buffer->state, RING_BUFFER_SEALED, __ATOMIC_RELEASE);
}

bool backpressure_attach(struct thread *thread)
{
	thread->buffer = NULL;
	thread->capacity = 0; /* no room, should there be no buffer */
	thread->head = thread->tail_seen = 0;
	return adopt(thread, ring_take_buffer(RING_BUFFER_BYTES_MIN,
					      thread->serial, 0,
					      &thread->buffer_offset));
}

void backpressure_detach(struct thread *thread)
{
	if (thread->buffer)
		seal(thread->buffer);
	thread->buffer = NULL;
}

/* Goes on in a buffer twice as large; the old one is drained first. */
static bool grow(struct thread *thread)
{
	struct ring_buffer *old = thread->buffer;
	uint32_t bytes = __atomic_load_n(&old->bytes, __ATOMIC_RELAXED);
	struct ring_buffer *larger;
	uint64_t offset;

	if (bytes == 0 || bytes >= RING_BUFFER_BYTES_MAX)
		return false;
	larger = ring_take_buffer(bytes * 2, thread->serial,
				  thread->buffer_offset, &offset);
	__atomic_store_n(&old->full_grown, !larger, __ATOMIC_RELAXED);
	if (!larger)
		return false;
	seal(old);
	thread->buffer_offset = offset;
	return adopt(thread, larger);
}

static bool has_room(struct thread *thread, unsigned int n)
{
	thread->tail_seen = __atomic_load_n(&thread->buffer->tail,
					    __ATOMIC_ACQUIRE);
	return thread->head + n - thread->tail_seen <= thread->capacity;
}

struct drain_job {
	uint64_t offset; /* of one buffer; 0: all */
	int reason;	 /* enum end_reason: finish; 0: do not */
	int result;
};

static void run_job(void *argument)
{
	struct drain_job *job = argument;

	if (job->reason)
		job->result = drain_finish(&drain, (enum end_reason)job->reason,
					   DRAIN_ALL);
	else if (job->offset)
		job->result = drain_buffer(&drain, job->offset);
	else
		job->result = drain_round(&drain, DRAIN_ALL);
}

static bool plenty_of_stack(void)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	const struct thread *thread = thread_self;

	return thread && here < thread->walk.stack.high &&
	       here > thread->walk.stack.low + SIDE_STACK_DRAIN_ROOM;
}

static int run_locked(struct drain_job *job)
{
	static bool touched; /* the workspace */
	struct sys_section section;

	job->result = -EBUSY;
	sys_enter(&section);
	lock_drain();
	if (!touched)
		arena_touched(writer_workspace_bytes());
	touched = true;
	if (plenty_of_stack())
		run_job(job);
	else
		side_stack_call(run_job, job);
	unlock_drain();
	sys_leave(&section);
	return job->result;
}

static bool drain_own(struct thread *thread, unsigned int n)
{
	struct drain_job job = { .offset = thread->buffer_offset };

	run_locked(&job);
	return has_room(thread, n);
}

/* In a child that a handler forked here, which has the parent's no more. */
static bool is_emptied(const struct ring_buffer *buffer)
{
	return __atomic_load_n(&buffer->bytes, __ATOMIC_RELAXED) == 0;
}

/* Under seccomp: all that can be done is to look. */
static bool watch(struct thread *thread, unsigned int n)
{
	for (uint32_t i = 0; i < SPINS_WHEN_FORBIDDEN && !we_drain(); i++) {
		if (has_room(thread, n))
			return true;
		if (is_emptied(thread->buffer))
			return false;
		__builtin_ia32_pause();
	}
	return false;
}

/* It waits for a processor or for the disk: it will be back. One that was
 * stopped, or waits for something else, perhaps for us, will not. */
static bool is_at_work(void)
{
	static const char name[] = " (heapwise-collec) ";
	char text[64] = "";
	const char *at;
	long len;
	int fd;

	snprintf(text, sizeof(text), "/proc/%u/stat",
		 __atomic_load_n(&ring.header->collector, __ATOMIC_RELAXED));
	fd = sys_open(text, O_RDONLY, 0);
	if (fd < 0)
		return false;
	len = sys_read(fd, text, sizeof(text) - 1);
	sys_close(fd);
	text[len > 0 ? len : 0] = '\0';
	at = strstr(text, name);
	at = at ? at + sizeof(name) - 1 : text;
	return *at == 'R' || *at == 'D';
}

static bool is_stuck(uint64_t since_ns)
{
	return since_ns > STUCK_NS && (since_ns > PATIENT_NS || !is_at_work());
}

static bool sleep_until_room(struct thread *thread, unsigned int n)
{
	struct ring_buffer *buffer = thread->buffer;
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), progress = begin, now;
	uint64_t last = thread->tail_seen;

	while (!has_room(thread, n)) {
		if (is_emptied(buffer))
			return false;
		if (we_drain())
			return drain_own(thread, n);
		sys_futex_wait((uint32_t *)(void *)&buffer->tail,
			       (uint32_t)thread->tail_seen, WAIT_SLICE_NS);
		now = clock_ns(CLOCK_MONOTONIC);
		if (thread->tail_seen != last)
			progress = now;
		last = thread->tail_seen;
		if (now - progress > TAKE_OVER_NS &&
		    drain_take_over(ring.header, ring.path))
			ring_count(STAT_DRAINER_TAKEN_OVER, 1);
		else if (is_stuck(now - progress))
			return false;
	}
	ring_count(STAT_WAIT_NS, clock_ns(CLOCK_MONOTONIC) - begin);
	return true;
}

static bool wait_for_collector(struct thread *thread, unsigned int n)
{
	struct ring_buffer *buffer = thread->buffer;
	int saved = errno;
	bool room;

	ring_count(STAT_WAITS, 1);
	__atomic_fetch_add(&buffer->waiters, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&ring.header->wake, 1, __ATOMIC_SEQ_CST);
	sys_futex_wake(&ring.header->wake, 1);
	room = sleep_until_room(thread, n);
	__atomic_fetch_sub(&buffer->waiters, 1, __ATOMIC_SEQ_CST);
	errno = saved;
	return room;
}

/* The collector was stuck: no more waiting, but does it still live? */
static bool replace_collector(struct thread *thread, unsigned int n)
{
	if (sys_is_forbidden() || !drain_take_over(ring.header, ring.path))
		return false;
	ring_count(STAT_DRAINER_TAKEN_OVER, 1);
	return drain_own(thread, n);
}

static bool make_room(struct thread *thread, unsigned int n)
{
	bool room;

	if (!thread->buffer)
		return backpressure_attach(thread);
	if (thread->buffer->bytes && (has_room(thread, n) || grow(thread)))
		return true;
	if (!thread->buffer->bytes)
		return false; /* emptied: there is no drainer either */
	if (we_drain() && !sys_is_forbidden())
		return drain_own(thread, n);
	if (we_drain() || options.on_full != ON_FULL_WAIT)
		return false;
	if (thread->dropping)
		return replace_collector(thread, n);
	thread->waiting = true;
	room = sys_is_forbidden() ? watch(thread, n) :
				    wait_for_collector(thread, n);
	thread->waiting = false;
	/* A handler may have used the room up again. */
	return room && has_room(thread, n);
}

__attribute__((noinline)) static bool try_room(struct thread *thread,
					       unsigned int n)
{
	if (thread->dropping && !(thread->buffer && has_room(thread, n)) &&
	    ++thread->dropped % LOOK_AGAIN != 0)
		return false;
	thread->dropping = !make_room(thread, n);
	return !thread->dropping;
}

/* A detail or a name is no event of its own. */
__attribute__((noinline)) static void
count_dropped(const struct ring_event *events, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (ring_event_kind(events[i].what) < EVENT_DETAIL)
			ring_count(STAT_DROPPED_EVENTS, 1);
}

void backpressure_push(struct thread *thread, const struct ring_event *events,
		       unsigned int n)
{
	if (__builtin_expect(thread->head + n - thread->tail_seen >
			     thread->capacity, 0) &&
	    !try_room(thread, n)) {
		count_dropped(events, n);
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		thread->events[thread->place] = events[i];
		if (++thread->place == thread->capacity)
			thread->place = 0;
	}
	thread->head += n;
	__atomic_store_n(&thread->buffer->head, thread->head, __ATOMIC_RELEASE);
}

void backpressure_drain_all(void)
{
	struct drain_job job = { 0 };

	if (drain_ready && !sys_is_forbidden() && we_drain())
		run_locked(&job);
}

void backpressure_finish(enum end_reason reason)
{
	struct drain_job job = { .reason = (int)reason };

	if (!drain_ready || sys_is_forbidden())
		return;
	/* A collector that died, or never found us, will not do the rest. */
	if (!we_drain() && !drain_take_over(ring.header, ring.path))
		return;
	if (run_locked(&job) == 0)
		ring_unlink();
}
