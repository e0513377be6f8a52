/* SPDX-License-Identifier: MIT */
#include "preload/lifecycle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "include/crc32c.h"
#include "preload/arena.h"
#include "preload/backpressure.h"
#include "preload/clock.h"
#include "preload/dump_start.h"
#include "preload/entry.h"
#include "preload/loader.h"
#include "preload/modules.h"
#include "preload/options.h"
#include "preload/real.h"
#include "preload/recorder.h"
#include "preload/ring.h"
#include "preload/rules.h"
#include "preload/side_stack.h"
#include "preload/spin.h"
#include "preload/stacks.h"
#include "preload/sys.h"
#include "preload/unwind.h"
#include "preload/unwind_gate.h"
#include "preload/usable_size.h"

/* The C library's, of the Itanium C++ ABI; in no header. */
int __cxa_atexit(void (*function)(void *), void *argument, void *object);
int __cxa_at_quick_exit(void (*function)(void *), void *object);

enum state {
	STATE_NEW,	/* nothing happened yet */
	STATE_STARTING, /* some thread runs start() */
	STATE_ON,
	STATE_FORKED, /* a fork child before its first event */
	STATE_OFF,    /* for good */
};

static uint32_t state;	/* enum state; atomic */
static uint32_t *gate;	/* the wiped page's first word */
static pid_t owner;	/* the process that records here */
static bool is_child;	/* this process began as a fork */
static uint64_t early;	/* events before the C library was ready; atomic */
static struct ring_header *parent; /* of a fork child: counters only */
static __thread bool internal __attribute__((tls_model("initial-exec")));
/* A child of vfork, which has this thread's memory, brought a filter of its own:
 * it may make no system call. This thread goes on when the child is gone, and
 * does not see that; but only it runs handlers of exit. */
static __thread bool child_has_filter
	__attribute__((tls_model("initial-exec")));

bool lifecycle_is_internal(void)
{
	return internal;
}

static void at_exit(void *unused)
{
	(void)unused;
	lifecycle_finish(END_EXIT);
}

static void at_quick_exit_(void *unused)
{
	(void)unused;
	lifecycle_finish(END_UNDER_EXIT);
}

/* Registered before the program's, so run after them; with no object, so no
 * dlclose runs them earlier. Not by the first event, which may be an allocation of
 * atexit()'s own, under its lock. */
static void register_handlers(void)
{
	__cxa_atexit(at_exit, NULL, NULL);
	__cxa_at_quick_exit(at_quick_exit_, NULL);
}

static int make_gate(void)
{
	if (gate)
		return 0;
	gate = mmap(NULL, RECORDER_PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (gate == MAP_FAILED) {
		gate = NULL;
		return -ENOMEM;
	}
	madvise(gate, RECORDER_PAGE, MADV_WIPEONFORK);
	return 0;
}

static void open_gate(void)
{
	owner = sys_getpid();
	__atomic_store_n(&state, STATE_ON, __ATOMIC_RELEASE);
	__atomic_store_n(gate, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&thread_gate, gate, __ATOMIC_RELEASE);
}

static uint64_t new_seed(void)
{
	if (options.seed)
		return random_mix(options.seed + (is_child ?
				  (uint64_t)sys_getpid() : 0));
	return random_mix(clock_units() ^ (uint64_t)sys_getpid() << 40);
}

static int prepare_process(void)
{
	int ret;

	options_read();
	clock_init();
	crc32c_init();
	loader_init();
	usable_size_init();
	dump_start_init();
	ret = modules_init();
	if (ret == 0)
		ret = rules_init();
	if (ret == 0)
		ret = unwind_init();
	if (ret == 0)
		ret = make_gate();
	return ret;
}

/* Dump, ring and the rest for this process. */
static int begin_recording(void)
{
	uint64_t seed = new_seed();
	int ret = dump_start(seed, is_child);

	if (ret)
		return ret;
	ret = stacks_init();
	if (ret == 0)
		ret = backpressure_init();
	if (ret == 0) {
		modules_log_again();
		recorder_init(seed);
		ret = entry_init(seed);
	}
	if (ret == 0)
		ret = ring_publish();
	if (ret)
		dump_discard();
	return ret;
}

/* `record --no-children`: only the launcher's own child is recorded. */
static bool is_wanted(void)
{
	return options.children || !options.launcher ||
	       (uint32_t)getppid() == options.launcher;
}

static bool start(void)
{
	int ret = prepare_process();

	if (ret == 0)
		ret = is_wanted() ? begin_recording() : -ECANCELED;
	if (ret == 0) {
		ring_count(STAT_EARLY_EVENTS, early);
		open_gate();
	} else {
		__atomic_store_n(&state, STATE_OFF, __ATOMIC_RELEASE);
	}
	return ret == 0;
}

/* Everything that the parent's other threads may have left half done. */
static void forget_parent(void)
{
	uint32_t users = unwind_gate_users();

	__atomic_store_n(gate, 0, __ATOMIC_RELEASE); /* before Linux 4.14 */
	arena_after_fork();
	side_stack_after_fork();
	loader_after_fork();
	rules_after_fork();
	unwind_gate_after_fork(users != 0 || loader_is_locked());
	if (parent)
		munmap(parent, RING_HEADER_BYTES); /* the parent's own */
	parent = ring_leave_parent();
	backpressure_leave_parent();
	entry_after_fork();
	is_child = true;
	__atomic_store_n(&state, options.children ? STATE_FORKED : STATE_OFF,
			 __ATOMIC_RELEASE);
}

/* It may have no right to make a dump, or no disk: its parent says so. */
static void give_up_child(void)
{
	if (parent)
		__atomic_fetch_add(&parent->stats[STAT_UNRECORDED_CHILDREN], 1,
				   __ATOMIC_RELAXED);
	__atomic_store_n(&state, STATE_OFF, __ATOMIC_RELEASE);
}

static void begin_child(void *result)
{
	int *ret = result;

	ring_set_aside();
	if (entry_hook_is_open())
		stacks_leave();
	*ret = begin_recording();
	if (*ret == 0 && !entry_hook_is_open())
		ring_forget();
}

/* It may be a handler that forked, on a stack with hardly any room left. */
static bool start_child(void)
{
	int ret;

	if (!side_stack_call(begin_child, &ret))
		begin_child(&ret);
	if (ret == 0)
		open_gate();
	else
		give_up_child();
	return ret == 0;
}

/* True: this thread was the one to begin, and did. Before and after, a handler may
 * jump out. */
static bool begin_once(uint32_t from, bool (*begin)(void))
{
	struct sys_section section;
	bool begun = false;

	sys_enter(&section);
	if (__atomic_compare_exchange_n(&state, &from, STATE_STARTING, false,
					__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
		internal = true;
		begun = begin();
		internal = false;
	}
	sys_leave(&section);
	return begun;
}

/* Before the C library has its environment, nothing can start. */
static bool libc_is_ready(void)
{
	if (environ)
		return true;
	__atomic_fetch_add(&early, 1, __ATOMIC_RELAXED);
	return false;
}

static bool wait_for_start(void)
{
	for (uint32_t i = 0; i < SPIN_LONG; i++) {
		if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) !=
		    STATE_STARTING)
			break;
		__builtin_ia32_pause();
	}
	return thread_gate_open();
}

/* A fork that went around our wrapper, or is in its handlers still: the state
 * from now on. A signal handler may be the first to notice. */
static uint32_t find_fork(void)
{
	struct sys_section section;

	sys_enter(&section);
	if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == STATE_ON &&
	    !thread_gate_open() && owner != sys_getpid())
		forget_parent();
	sys_leave(&section);
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE);
}

bool lifecycle_open_slow(void)
{
	uint32_t now = __atomic_load_n(&state, __ATOMIC_ACQUIRE);

	if (now == STATE_OFF || internal || !real_ready())
		return false;
	if (now == STATE_NEW) {
		if (!libc_is_ready())
			return false;
		if (begin_once(STATE_NEW, start))
			return true;
	}
	if (now == STATE_ON && !thread_gate_open() && !sys_is_forbidden())
		now = find_fork();
	if (now == STATE_FORKED && !sys_is_forbidden() &&
	    begin_once(STATE_FORKED, start_child))
		return true;
	now = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
	return now == STATE_STARTING ? wait_for_start() : thread_gate_open();
}

static void __attribute__((constructor)) begin_at_the_latest(void)
{
	register_handlers();
	lifecycle_recording();
}

bool lifecycle_before_fork(void)
{
	if (!thread_gate_open())
		return false;
	unwind_gate_hold();
	return true;
}

void lifecycle_after_fork(pid_t result, bool held)
{
	struct sys_section section;

	if (result != 0) {
		if (held)
			unwind_gate_release();
		return;
	}
	if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) != STATE_ON ||
	    sys_is_forbidden())
		return;
	/* A handler of pthread_atfork() had an event: this has begun. By the
	 * pid alone a child in a namespace of its own may be its parent. */
	if (thread_gate_open() && owner == sys_getpid())
		return;
	sys_enter(&section);
	forget_parent();
	sys_leave(&section);
}

/* Has this fork child still written nothing but the beginning, and has it no
 * thread yet that would go on in its buffer if the exec failed? */
static bool is_trifling(uint64_t *events)
{
	uint64_t at = ring.header->buffers;
	uint32_t thread = 0;

	*events = 0;
	for (; at; at = ((struct ring_buffer *)ring_at(at, 192))->older) {
		const struct ring_buffer *buffer = ring_at(at, 192);

		if (buffer->bytes > RING_BUFFER_BYTES_MIN)
			return false;
		if (thread && buffer->thread && buffer->thread != thread)
			return false;
		thread = buffer->thread ? buffer->thread : thread;
		*events += buffer->head;
	}
	return true;
}

static void drop_trifle(uint64_t events)
{
	__atomic_store_n(gate, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&state, STATE_FORKED, __ATOMIC_RELEASE);
	__atomic_fetch_add(&parent->stats[STAT_EXECED_CHILDREN], 1,
			   __ATOMIC_RELAXED);
	__atomic_fetch_add(&parent->stats[STAT_EXECED_CHILD_EVENTS], events,
			   __ATOMIC_RELAXED);
	__atomic_store_n(&ring.header->state, RING_DISCARD, __ATOMIC_RELEASE);
	if (ring.header->drainer == RING_DRAIN_SELF)
		dump_discard();
	entry_after_fork();
}

void lifecycle_before_exec(const char *path)
{
	struct sys_section section;
	uint64_t events;

	if (!thread_gate_open() || sys_is_forbidden() || child_has_filter ||
	    owner != sys_getpid())
		return;
	if (path && sys_call3(SYS_access, (long)path, X_OK, 0) < 0)
		return; /* the exec will fail */
	if (is_child && parent && is_trifling(&events)) {
		sys_enter(&section);
		drop_trifle(events);
		sys_leave(&section);
	} else {
		backpressure_drain_all();
		ring.header->reason = END_EXEC; /* see previous_image.c */
	}
}

/* A dropped child starts again with its next event. */
void lifecycle_exec_failed(void)
{
	if (thread_gate_open() && !sys_is_forbidden() && !child_has_filter &&
	    owner == sys_getpid())
		ring.header->reason = 0;
}

/* Is it not this process that ends, but a child that shares its memory? Where
 * nobody may be asked, one that would not have run exit's handlers may. */
static bool may_be_vfork_child(enum end_reason reason)
{
	if (sys_is_forbidden() || child_has_filter)
		return reason == END_UNDER_EXIT;
	return owner != sys_getpid();
}

void lifecycle_finish(enum end_reason reason)
{
	struct ring_header *header = ring.header;

	if (!thread_gate_open())
		return;
	if (may_be_vfork_child(reason)) {
		if (reason == END_UNDER_EXIT &&
		    (sys_is_forbidden() || child_has_filter))
			header->reason = reason; /* should it be us */
		return;
	}
	__atomic_store_n(gate, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&state, STATE_OFF, __ATOMIC_RELEASE);
	header->reason = reason;
	ring_account();
	header->stats[STAT_RECORDER_BYTES] =
		__atomic_load_n(&header->recorder_bytes, __ATOMIC_RELAXED);
	__atomic_store_n(&header->state, RING_EXITED, __ATOMIC_RELEASE);
	if (sys_is_forbidden())
		return;
	backpressure_finish(reason);
	__atomic_fetch_add(&header->wake, 1, __ATOMIC_SEQ_CST);
	sys_futex_wake(&header->wake, 1);
}

bool lifecycle_seccomp_begins(void)
{
	bool recording = lifecycle_recording(); /* a fork child, while it may */

	if (recording && !sys_is_forbidden()) {
		if (owner != sys_getpid()) {
			child_has_filter = true;
			return false;
		}
		backpressure_drain_all();
	}
	__atomic_fetch_add(&sys_forbidden, 1, __ATOMIC_RELEASE);
	if (recording)
		ring.header->stats[STAT_SECCOMP] = 1;
	return true;
}

void lifecycle_seccomp_failed(bool began)
{
	child_has_filter = false;
	if (!began)
		return;
	if (__atomic_sub_fetch(&sys_forbidden, 1, __ATOMIC_RELEASE) == 0 &&
	    thread_gate_open())
		ring.header->stats[STAT_SECCOMP] = 0;
}
