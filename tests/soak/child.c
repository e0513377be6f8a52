/* SPDX-License-Identifier: MIT */
#include "tests/soak/child.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/soak/work.h"

#define ALIVE_MAX 8 /* at a time */
#define LIFE_MAX_NS 300000000u

char *own_path, *ledger_path;
pthread_mutex_t child_exits = PTHREAD_MUTEX_INITIALIZER;
static uint64_t forked; /* also the next child's number; atomic */

/* Those alive. Any thread forks, the main one looks after them. */
static struct alive {
	uint64_t number; /* 1 + it; 0: free; atomic, stored last */
	uint64_t kill_ns; /* when to kill it; 0: it ends by itself */
	pid_t pid;
} alive[ALIVE_MAX];

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void pause_ns(long ns)
{
	nanosleep(&(struct timespec){ 0, ns }, NULL);
}

struct part {
	struct worker worker;
	long steps;
	int forever;
};

static void *do_part(void *argument)
{
	struct part *part = argument;

	do {
		work(&part->worker, part->steps);
		if (part->forever)
			pause_ns(5000000);
	} while (part->forever);
	work_end(&part->worker);
	return NULL;
}

/* Fates by number: half are killed, at whatever they are then. */
static enum fate fate_of(uint64_t number)
{
	static const enum fate killed[] = { FATE_LOOP, FATE_LOOP, FATE_EXEC,
					    FATE_EXIT, FATE_LOOP, FATE_TRIFLE };
	static const enum fate spared[] = { FATE_EXIT, FATE_EXEC, FATE_UNDER_EXIT,
					    FATE_TRIFLE };

	return number % 2 ? killed[number / 2 % 6] : spared[number / 2 % 4];
}

static void become_another(uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lu", (unsigned long)number);
	__atomic_store_n(&ledger->children[number].execs, 1, __ATOMIC_RELEASE);
	execl(own_path, own_path, "after-exec", ledger_path, digits, NULL);
	_exit(90);
}

/* This thread does the first part, others the rest. A child that hangs is
 * ended by its alarm. */
static void run_child(uint64_t number)
{
	struct child *child = &ledger->children[number];
	static struct part parts[CHILD_THREADS];
	pthread_t threads[CHILD_THREADS];
	uint64_t random = number;
	unsigned int i, n = (unsigned int)child->threads;

	alarm(100);
	accounts_first = ACCOUNT_CHILDREN + (unsigned int)number *
			 CHILD_ACCOUNTS;
	accounts_count = CHILD_ACCOUNTS;
	work_empty_mail(); /* while the order is certain in which blocks that
			      are not this process's go, and others come */
	for (i = 0; i < n; i++) {
		parts[i].worker.random = next_random(&random);
		parts[i].worker.account = accounts_first + i;
		parts[i].steps = child->fate == FATE_TRIFLE ? 10 :
				 200 + (long)(parts[i].worker.random % 2000);
		parts[i].forever = child->fate == FATE_LOOP;
		if (i && pthread_create(&threads[i], NULL, do_part, &parts[i]))
			_exit(91);
	}
	do_part(&parts[0]);
	for (i = 1; i < n; i++)
		pthread_join(threads[i], NULL);
	if (child->fate == FATE_EXIT)
		exit(3);
	if (child->fate == FATE_UNDER_EXIT)
		_exit(4);
	become_another(number);
}

static struct alive *free_place(void)
{
	for (unsigned int i = 0; i < ALIVE_MAX; i++)
		if (!__atomic_load_n(&alive[i].number, __ATOMIC_ACQUIRE))
			return &alive[i];
	return NULL;
}

int child_fork(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct alive *place;
	struct child *child;
	uint64_t number, random;
	pid_t pid = -1;

	pthread_mutex_lock(&lock);
	number = forked;
	place = number < CHILDREN ? free_place() : NULL;
	if (place) {
		random = number + 1000000;
		child = &ledger->children[number];
		child->fate = fate_of(number);
		child->threads = child->fate == FATE_TRIFLE ? 1 :
				 1 + next_random(&random) % CHILD_THREADS;
		child->began_ns = now_ns(CLOCK_REALTIME);
		if (child->fate == FATE_EXIT)
			pthread_mutex_lock(&child_exits);
		pid = fork();
		if (child->fate == FATE_EXIT)
			pthread_mutex_unlock(&child_exits);
	}
	if (place && pid == 0)
		run_child(number);
	if (pid > 0) {
		child->pid = (uint64_t)pid;
		place->pid = pid;
		place->kill_ns = number % 2 ? now_ns(CLOCK_MONOTONIC) +
			next_random(&random) % LIFE_MAX_NS : 0;
		__atomic_store_n(&place->number, number + 1, __ATOMIC_RELEASE);
		__atomic_store_n(&ledger->forks, ++forked, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&lock);
	return pid > 0;
}

static void look(struct alive *place)
{
	uint64_t number = __atomic_load_n(&place->number, __ATOMIC_ACQUIRE);
	struct child *child;
	int status;

	if (!number)
		return;
	child = &ledger->children[number - 1];
	if (place->kill_ns && now_ns(CLOCK_MONOTONIC) >= place->kill_ns) {
		place->kill_ns = 0;
		child->killed = 1;
		kill(place->pid, SIGKILL);
	}
	if (waitpid(place->pid, &status, WNOHANG) != place->pid)
		return;
	child->status = (uint64_t)status;
	__atomic_store_n(&child->ended, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&place->number, 0, __ATOMIC_RELEASE);
}

void children_look(int all)
{
	for (;;) {
		int left = 0;

		for (unsigned int i = 0; i < ALIVE_MAX; i++) {
			look(&alive[i]);
			left += alive[i].number != 0;
		}
		if (!all || !left)
			return;
		pause_ns(5000000);
	}
}

int child_after_exec(const char *number)
{
	static struct part part;
	uint64_t n = strtoull(number, NULL, 10);

	if (n >= CHILDREN)
		return 92;
	alarm(100);
	__atomic_store_n(&ledger->children[n].execs, 2, __ATOMIC_RELEASE);
	accounts_first = ACCOUNT_CHILDREN + (unsigned int)n * CHILD_ACCOUNTS;
	accounts_count = CHILD_ACCOUNTS;
	part.worker.random = n;
	part.worker.account = accounts_first + CHILD_THREADS;
	part.steps = 400;
	do_part(&part);
	work_empty_mail();
	return 5;
}
