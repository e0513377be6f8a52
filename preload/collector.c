/* SPDX-License-Identifier: MIT */
#include "preload/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched/types.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/bus_guard.h"
#include "preload/clock.h"
#include "preload/close_files.h"
#include "preload/session.h"

#define PAUSE_MIN_NS 50000
#define PAUSE_MAX_NS 10000000	 /* while events come */
#define PAUSE_QUIET_NS 200000000 /* while none come: who waits wakes us */
#define PAUSE_EMPTY_NS 200000000 /* no ring: inotify or the socket wakes us */
#define SCAN_NS 1000000000u
#define SCAN_UNWATCHED_NS 20000000u /* without inotify */
#define READY_MS 5000
#define SLICE_NS 100000

struct collector {
	struct session session;
	int socket; /* -1 once COMMAND has ended and the launcher knows */
	bool ended;
	bool told;  /* inotify has something to say */
	bool asked; /* a target waits */
	bool deaf;  /* it can't wake us */
	long pause_ns;
	uint64_t scanned_ns;
};

static void look_around(struct collector *c)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	if (c->told)
		session_watch(&c->session);
	c->told = false;
	if (now - c->scanned_ns <
	    (c->session.inotify >= 0 ? SCAN_NS : SCAN_UNWATCHED_NS))
		return;
	session_scan(&c->session);
	c->scanned_ns = now;
}

/* COMMAND has ended, or the launcher has: finish the dead, say so. */
static void note_end(struct collector *c)
{
	char done = COLLECTOR_DONE;

	c->ended = true;
	c->session.ending = true;
	session_scan(&c->session);
	session_drain(&c->session);
	send(c->socket, &done, 1, MSG_NOSIGNAL);
	close(c->socket);
	c->socket = -1;
}

/* Until a target asks, the time is over, or SIGIO comes, for the two files.
 * It comes too early once in a while: then the time passes. */
static bool sleep_beside_rings(struct collector *c)
{
	int ret = ring_wait_sleep(&c->session.wait, (uint64_t)c->pause_ns);

	c->asked = ret > 0;
	c->deaf = ret < 0;
	return !c->deaf;
}

static void wait_a_little(struct collector *c, bool rings)
{
	struct pollfd fds[2] = {
		{ .fd = c->socket, .events = POLLIN },
		{ .fd = c->session.inotify, .events = POLLIN },
	};
	bool watched = c->session.inotify >= 0;
	struct timespec pause = { 0 };

	c->asked = false;
	if (!rings)
		pause.tv_nsec = watched ? PAUSE_EMPTY_NS : c->pause_ns;
	else if (!sleep_beside_rings(c))
		pause.tv_nsec = c->pause_ns;
	if (ppoll(fds, 2, &pause, NULL) <= 0)
		return;
	c->told = fds[1].revents != 0;
	if (fds[0].revents)
		note_end(c);
}

/* Busy rings are looked at often, quiet ones seldom. */
static void adapt(struct collector *c, const struct session_round *round)
{
	long most = round->flows || c->deaf ? PAUSE_MAX_NS : PAUSE_QUIET_NS;

	if (c->asked)
		c->pause_ns = PAUSE_MIN_NS;
	else if (round->pressed)
		c->pause_ns -= c->pause_ns / 2;
	else
		c->pause_ns += c->pause_ns / 4;
	if (c->pause_ns < PAUSE_MIN_NS)
		c->pause_ns = PAUSE_MIN_NS;
	if (c->pause_ns > most)
		c->pause_ns = most;
}

/* A process may have been born of one that just died. */
static bool is_over(struct collector *c)
{
	if (!c->ended)
		return false;
	session_scan(&c->session);
	return session_drain(&c->session).live == 0;
}

static void run(struct collector *c)
{
	struct session_round round;

	c->pause_ns = PAUSE_MAX_NS;
	for (;;) {
		look_around(c);
		round = session_drain(&c->session);
		if (round.live == 0 && is_over(c))
			return;
		adapt(c, &round);
		wait_a_little(c, round.live > 0);
	}
}

/* Only the socket stays open, and the standard three lead nowhere. */
static int close_inherited(int fd)
{
	int nowhere = open("/dev/null", O_RDWR);
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 10);

	if (high < 0 && fd < 3)
		_exit(1); /* nobody could tell us when to end */
	if (high >= 0)
		fd = high;
	for (int i = 0; i < 3; i++)
		dup2(nowhere, i);
	close_files(3, fd);
	return fd;
}

static void lift_limit(__rlimit_resource_t resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(resource, &limit);
	}
}

/*
 * A target may be asleep until we have run: ask to be scheduled soon, for
 * short whiles. Kernels before 6.12 take no notice.
 */
static void ask_for_short_slices(void)
{
	struct sched_attr attributes = { .size = sizeof(attributes) };

	if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0))
		return;
	attributes.sched_runtime = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &attributes, 0);
}

static void notice(int signal)
{
	(void)signal; /* that it came ends the sleep */
}

/* What comes in here ends a sleep that is not a poll. */
static void signal_input(int fd)
{
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC);
}

static void set_manners(void)
{
	static const int ignored[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT,
				       SIGPIPE, SIGXFSZ, SIGTSTP, SIGTTIN,
				       SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigaction(SIGIO, &(struct sigaction){ .sa_handler = notice }, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	ask_for_short_slices();
	prctl(PR_SET_TIMERSLACK, 1);
	lift_limit(RLIMIT_NOFILE);
	lift_limit(RLIMIT_CPU);
	lift_limit(RLIMIT_FSIZE);
	bus_guard_init();
}

static void collector_main(int fd, uint64_t session, const char *folder)
{
	struct collector c = { .scanned_ns = 0 };
	char ready = COLLECTOR_READY;

	set_manners();
	c.socket = close_inherited(fd);
	if (session_init(&c.session, session, folder) < 0)
		_exit(1);
	signal_input(c.socket);
	if (c.session.inotify >= 0)
		signal_input(c.session.inotify);
	if (chdir("/") < 0)
		_exit(1);
	send(c.socket, &ready, 1, MSG_NOSIGNAL);
	run(&c);
	session_release(&c.session);
	_exit(0);
}

static int wait_ready(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char ready;
	int ret;

	do
		ret = poll(&poll_fd, 1, READY_MS);
	while (ret < 0 && errno == EINTR);
	if (ret > 0 && recv(fd, &ready, 1, 0) == 1)
		return fd;
	close(fd);
	return -ETIMEDOUT;
}

/* Not 0, 1 or 2, should these be closed: the launcher lets them go. */
static int make_sockets(int fds[2])
{
	int low[2];
	int ret = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		fds[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
		if (fds[i] < 0)
			ret = -errno;
	}
	close(low[0]);
	close(low[1]);
	return ret;
}

int collector_start(uint64_t session, const char *folder)
{
	int fds[2] = { -1, -1 };
	pid_t middle;
	int ret = make_sockets(fds);

	if (ret < 0)
		return ret;
	middle = fork();
	if (middle == 0) {
		setsid();
		if (fork() == 0)
			collector_main(fds[1], session, folder);
		_exit(0);
	}
	close(fds[1]);
	if (middle < 0) {
		close(fds[0]);
		return -EAGAIN;
	}
	while (waitpid(middle, NULL, 0) < 0 && errno == EINTR)
		;
	return wait_ready(fds[0]);
}
