/* SPDX-License-Identifier: MIT */
#include "preload/group_watch.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "preload/close_files.h"
#include "preload/process.h"

#define SIGNALS 65
#define LOOKS 50       /* a millisecond apart */
#define LOOKS_MAX 5000 /* while the watcher waits for a processor */

static void watch(uint32_t *counts)
{
	sigset_t all;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "heapwise-group");
	close_files(0, -1);
	sigfillset(&all);
	for (;;) {
		int number = sigwaitinfo(&all, NULL);

		if (number > 0 && number < SIGNALS)
			__atomic_add_fetch(&counts[number], 1,
					   __ATOMIC_RELEASE);
		if (getppid() == 1)
			_exit(0);
	}
}

void group_watch_start(struct group_watch *g)
{
	void *memory =
		mmap(NULL, SIGNALS * sizeof(*g->counts), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*g = (struct group_watch){ .watcher = 0 };
	if (memory == MAP_FAILED)
		return;
	g->counts = memory;
	g->watcher = fork();
	if (g->watcher == 0)
		watch(g->counts);
	if (g->watcher < 0)
		g->watcher = 0;
}

void group_watch_end(struct group_watch *g)
{
	if (!g->watcher)
		return;
	kill(g->watcher, SIGKILL);
	waitpid(g->watcher, NULL, 0);
	g->watcher = 0;
}

bool group_watch_has_seen(struct group_watch *g, int number)
{
	struct timespec pause = { 0, 1000000 };

	if (!g->watcher || number <= 0 || number >= SIGNALS)
		return false;
	for (int i = 0; i < LOOKS_MAX; i++) {
		/* A signal makes it runnable when it is sent; whether it runs
		 * soon is another matter. If it sleeps it has counted. */
		bool asleep = process_state(g->watcher) != 'R';
		uint32_t count =
			__atomic_load_n(&g->counts[number], __ATOMIC_ACQUIRE);

		if (count != g->seen[number]) {
			g->seen[number] = count;
			return true;
		}
		if (asleep && i >= LOOKS)
			break;
		nanosleep(&pause, NULL);
	}
	return false;
}
