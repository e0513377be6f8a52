/* SPDX-License-Identifier: MIT */
/*
 * soak LEDGER SECONDS: everything at once that a recorder has to bear. 16
 * threads allocate, hand each other blocks, end and begin again; one loads and
 * unloads plugins; one sends 1,000 signals a second to all of them, whose
 * handler allocates; once a second one of them forks, and what the child is
 * then, it is killed or not (child.c). It counts in LEDGER what it did.
 *
 * Its stacks are finitely many, once it is warm. Before that the handler's
 * stacks go on into what it interrupted, which may be any instruction; then the
 * handler's unwind information says that it is the outermost frame.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/soak/child.h"
#include "tests/soak/heap.h"
#include "tests/soak/plugins.h"
#include "tests/soak/work.h"

#define TARGETS (WORKERS + 2) /* of signals: also the main and plugin thread */
#define BURST 250	      /* steps on average; then a pause */
#define PAUSE_NS 50000000
#define LIFE 60 /* bursts, and up to as many more */
#define WARM_S 240
#define LEAKED 16 /* blocks of the main thread, for ever */

static int stop;	 /* atomic */
static int wants_fork;	 /* atomic: a worker takes it */
static pid_t targets[TARGETS]; /* atomic; 0: not there */
static struct slot {
	pthread_t thread;
	int running; /* the main thread's */
	int ended;   /* atomic */
	uint64_t lives;
} slots[WORKERS];

static void pause_ns(long ns)
{
	nanosleep(&(struct timespec){ 0, ns }, NULL);
}

static void set_target(unsigned int index, pid_t tid)
{
	__atomic_store_n(&targets[index], tid, __ATOMIC_RELEASE);
}

static void handle(void)
{
	uint64_t n = __atomic_fetch_add(&ledger->signals_handled, 1,
					__ATOMIC_RELAXED);

	if (heap_is_inside())
		__atomic_fetch_add(&ledger->signals_in_call, 1,
				   __ATOMIC_RELAXED);
	if (n % 4 == 0)
		work_in_handler();
}

static SITE void on_signal_walked(int signal)
{
	int error = errno;

	(void)signal;
	handle();
	errno = error;
}

static SITE void on_signal_outermost(int signal)
{
	int error = errno;

	__asm__ volatile(".cfi_undefined rip");
	(void)signal;
	handle();
	errno = error;
}

static void set_handler(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &action, NULL);
}

/* A fork child has no signals, and must not work on as its parent's thread. */
static SITE void live(unsigned int number)
{
	struct slot *slot = &slots[number];
	struct worker worker = { .account = number };
	uint64_t bursts;

	worker.random = slot->lives * WORKERS + number;
	bursts = LIFE + next_random(&worker.random) % LIFE;
	set_target(number, (pid_t)syscall(SYS_gettid));
	while (bursts-- && !__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		work(&worker, 1 + (long)(next_random(&worker.random) %
					 (2 * BURST)));
		if (__atomic_exchange_n(&wants_fork, 0, __ATOMIC_ACQ_REL))
			child_fork();
		pause_ns(PAUSE_NS / 2 +
			 (long)(next_random(&worker.random) % PAUSE_NS));
	}
	work_end(&worker);
	set_target(number, 0);
}

/* Each has a function of its own, so that its stacks are its own. */
#define WORKER(number)                                                        \
	static SITE void *worker_##number(void *unused)                       \
	{                                                                     \
		live(number);                                                 \
		__atomic_store_n(&slots[number].ended, 1, __ATOMIC_RELEASE);  \
		return unused;                                                \
	}
WORKER(0) WORKER(1) WORKER(2) WORKER(3) WORKER(4) WORKER(5) WORKER(6) WORKER(7)
WORKER(8) WORKER(9) WORKER(10) WORKER(11) WORKER(12) WORKER(13) WORKER(14)
WORKER(15)

static void *(*const bodies[WORKERS])(void *) = {
	worker_0,  worker_1,  worker_2,	 worker_3,  worker_4,  worker_5,
	worker_6,  worker_7,  worker_8,	 worker_9,  worker_10, worker_11,
	worker_12, worker_13, worker_14, worker_15,
};

static void begin_thread(pthread_t *thread, void *(*body)(void *),
			 const char *name)
{
	if (pthread_create(thread, NULL, body, NULL))
		_exit(94);
	pthread_setname_np(*thread, name);
	__atomic_fetch_add(&ledger->threads, 1, __ATOMIC_RELAXED);
}

static void begin_worker(unsigned int number)
{
	char name[16];

	snprintf(name, sizeof(name), "worker%u", number);
	slots[number].lives++;
	slots[number].ended = 0;
	slots[number].running = 1;
	begin_thread(&slots[number].thread, bodies[number], name);
}

static int workers_look(int again)
{
	int left = 0;

	for (unsigned int i = 0; i < WORKERS; i++) {
		struct slot *slot = &slots[i];

		if (slot->running &&
		    __atomic_load_n(&slot->ended, __ATOMIC_ACQUIRE)) {
			pthread_join(slot->thread, NULL);
			slot->running = 0;
		}
		if (!slot->running && again)
			begin_worker(i);
		left += slot->running;
	}
	return left;
}

static void *load_plugins(void *unused)
{
	uint64_t random = 7;

	set_target(WORKERS, (pid_t)syscall(SYS_gettid));
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		plugins_turn(&random);
		pause_ns(50000000 + (long)(next_random(&random) % 100000000));
	}
	plugins_close();
	set_target(WORKERS, 0);
	return unused;
}

static void *send_signals(void *unused)
{
	uint64_t random = 8;

	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		pid_t tid = __atomic_load_n(
			&targets[next_random(&random) % TARGETS],
			__ATOMIC_ACQUIRE);

		if (tid && !syscall(SYS_tgkill, getpid(), tid, SIGUSR1))
			__atomic_fetch_add(&ledger->signals_sent, 1,
					   __ATOMIC_RELAXED);
		pause_ns(1000000);
	}
	return unused;
}

static void open_ledger(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*ledger)))
		exit(98);
	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	if (ledger == MAP_FAILED)
		exit(99);
	close(fd);
}

static void run(time_t seconds)
{
	time_t start = time(NULL), now = start, last = start;
	time_t warm = seconds * 2 / 5 < WARM_S ? seconds * 2 / 5 : WARM_S;

	for (; now < start + seconds; now = time(NULL)) {
		if (now >= start + warm && !ledger->warm) {
			set_handler(on_signal_outermost);
			ledger->warm = 1;
		}
		if (now != last && now % 2)
			child_fork();
		else if (now != last)
			__atomic_store_n(&wants_fork, 1, __ATOMIC_RELEASE);
		last = now;
		workers_look(1);
		children_look(0);
		pause_ns(5000000);
	}
}

static void leak(void)
{
	static struct worker worker = { .random = 9,
					.account = ACCOUNT_MAIN };

	work(&worker, LEAKED);
}

int main(int argc, char **argv)
{
	pthread_t plugins, signals;

	if (argc < 3)
		return 2;
	own_path = argv[0];
	ledger_path = argv[1];
	if (strcmp(argv[1], "after-exec") == 0 && argc > 3) {
		open_ledger(argv[2]);
		return child_after_exec(argv[3]);
	}
	open_ledger(argv[1]);
	heap_count_in(&ledger->heap);
	ledger->pid = (uint64_t)getpid();
	ledger->magic = LEDGER_MAGIC;
	set_handler(on_signal_walked);
	set_target(WORKERS + 1, getpid());
	begin_thread(&plugins, load_plugins, "plugins");
	begin_thread(&signals, send_signals, "signals");
	run(atol(argv[2]));
	set_target(WORKERS + 1, 0);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	pthread_join(plugins, NULL);
	pthread_join(signals, NULL);
	while (workers_look(0))
		pause_ns(5000000);
	children_look(1);
	work_empty_mail();
	leak();
	ledger->ended = 1;
	return 0;
}
