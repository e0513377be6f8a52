/* SPDX-License-Identifier: MIT */
/*
 * heapwise-collect: starts COMMAND with a collector beside it, and ends as
 * COMMAND ends. Between them COMMAND must not notice: it gets the signal mask,
 * dispositions, files, terminal and process group that it would have had, and
 * signals that were meant for it. The launcher itself takes signals with
 * sigwaitinfo only, so that it never changes a disposition.
 *
 *	heapwise-collect [--] COMMAND [ARG...]
 *	heapwise-collect --finish DUMP [RING]
 *
 * The environment says the rest: HEAPWISE_SESSION (a hexadecimal number),
 * HEAPWISE_OUTPUT (absolute), HEAPWISE_RING_DIR.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/ring_format.h"
#include "preload/close_files.h"
#include "preload/collector.h"
#include "preload/group_watch.h"
#include "preload/leftover.h"
#include "preload/options.h"

#define STATUS_FAILED 125 /* as env(1) has them */
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127
#define DONE_MS 60000 /* for the collector to finish COMMAND's dump */

struct launch {
	char **command;
	pid_t child;
	int collector; /* socket, or -1 */
	struct group_watch group;
	sigset_t mask;		  /* as we got it, COMMAND's */
	struct sigaction sigchld; /* likewise */
	int status;		  /* of waitpid */
	bool ended;
};

/* Why COMMAND does not run. */
struct launch_failure {
	int error;		   /* errno; 0: it runs */
	char folder[OPTIONS_PATH]; /* that its dump cannot be written to, or "" */
};

/* What COMMAND is to wait for; faults of our own stay deadly. */
static void take_signals(struct launch *l)
{
	static const int faults[] = { SIGSEGV, SIGBUS,	SIGFPE,
				      SIGILL,  SIGTRAP, SIGSYS };
	struct sigaction reap = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(&all, faults[i]);
	sigprocmask(SIG_BLOCK, &all, &l->mask);
	/* if it is ignored, children leave no status */
	sigaction(SIGCHLD, &reap, &l->sigchld);
}

/*
 * 0, or the errno with which COMMAND, which is to be this process, could not
 * create its dump: what the pattern says of %p in a directory is known no
 * earlier. What %c will be is not known yet.
 */
static int check_folder(char *path, size_t bytes)
{
	char *slash;

	if (options_expand_output(path, bytes, "%c"))
		return ENAMETOOLONG;
	slash = strrchr(path, '/');
	if (slash == path)
		return 0;
	*slash = '\0';
	return !strstr(path, "%c") && access(path, W_OK | X_OK) ? errno : 0;
}

static void run_command(const struct launch *l, int failure)
{
	struct launch_failure f = { 0 };

	f.error = check_folder(f.folder, sizeof(f.folder));
	if (!f.error) {
		sigaction(SIGCHLD, &l->sigchld, NULL);
		sigprocmask(SIG_SETMASK, &l->mask, NULL);
		execvp(l->command[0], l->command);
		f.error = errno;
		f.folder[0] = '\0';
	}
	if (write(failure, &f, sizeof(f)) < 0)
		_exit(STATUS_FAILED);
	_exit(f.error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

/* Files of COMMAND's that we hold open would keep its pipes from ending. */
static void let_files_go(const struct launch *l)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3 && nowhere >= 0; fd++)
		dup2(nowhere, fd);
	close_files(3, l->collector);
}

/* f->error is 0 if it runs. */
static void start_command(struct launch *l, struct launch_failure *f)
{
	int failure[2];

	if (pipe2(failure, O_CLOEXEC) < 0) {
		f->error = errno;
		return;
	}
	l->child = fork();
	if (l->child == 0)
		run_command(l, failure[1]);
	close(failure[1]);
	if (l->child < 0)
		f->error = EAGAIN;
	else if (read(failure[0], f, sizeof(*f)) != sizeof(*f))
		f->error = 0;
	close(failure[0]);
	while (l->child > 0 && f->error && waitpid(l->child, NULL, 0) < 0 &&
	       errno == EINTR)
		;
}

static int refuse(const char *command, const struct launch_failure *f)
{
	if (f->folder[0]) {
		fprintf(stderr, "heapwise: %s: cannot hold a dump: %s; name "
			"another with -o\n", f->folder, strerror(f->error));
		return STATUS_FAILED;
	}
	fprintf(stderr, "heapwise: %s: %s\n", command, strerror(f->error));
	return f->error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

/* Ctrl-Z reached COMMAND, which stopped: the shell must see us stop too. */
static void stop_as_well(const struct launch *l, int number)
{
	if (number != SIGTSTP && number != SIGTTIN && number != SIGTTOU)
		return; /* somebody stopped COMMAND alone */
	kill(getpid(), SIGSTOP);
	kill(l->child, SIGCONT);
}

static void reap(struct launch *l)
{
	int status;
	pid_t id;

	while (!l->ended) {
		id = waitpid(l->child, &status, WNOHANG | WUNTRACED);
		if (id < 0 && errno == EINTR)
			continue;
		if (id != l->child)
			break;
		if (WIFSTOPPED(status)) {
			stop_as_well(l, WSTOPSIG(status));
			continue;
		}
		l->status = status;
		l->ended = true;
	}
}

/*
 * A signal that somebody sent to us is COMMAND's. One from the terminal, or
 * sent to our process group, has reached COMMAND already, which is in it.
 */
static void pass_on(struct launch *l, const siginfo_t *info)
{
	bool sent = info->si_code == SI_USER || info->si_code == SI_TKILL ||
		    info->si_code == SI_QUEUE;

	if (sent && info->si_pid != l->child &&
	    !group_watch_has_seen(&l->group, info->si_signo))
		kill(l->child, info->si_signo);
}

static void wait_for_command(struct launch *l)
{
	sigset_t all;
	siginfo_t info;

	sigfillset(&all);
	reap(l);
	while (!l->ended) {
		if (sigwaitinfo(&all, &info) < 0)
			continue;
		if (info.si_signo == SIGCHLD)
			reap(l);
		else
			pass_on(l, &info);
	}
}

/* Until the dumps of COMMAND and of all that ended before it are whole. */
static void wait_for_dumps(const struct launch *l)
{
	struct pollfd poll_fd = { .fd = l->collector, .events = POLLIN };
	char ended = COLLECTOR_ENDED;

	if (l->collector < 0)
		return;
	if (send(l->collector, &ended, 1, MSG_NOSIGNAL) == 1)
		poll(&poll_fd, 1, DONE_MS);
	close(l->collector);
}

/* As COMMAND did: the same status, or the same signal. */
static int end_alike(const struct launch *l)
{
	struct rlimit no_core = { 0, 0 };
	sigset_t one;
	int number;

	if (!WIFSIGNALED(l->status))
		return WEXITSTATUS(l->status);
	number = WTERMSIG(l->status);
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_DUMPABLE, 0); /* nor through a core_pattern pipe */
	signal(number, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, number);
	kill(getpid(), number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	return 128 + number;
}

/* Do all processes write to the same folder? */
static bool one_folder(const char *pattern)
{
	const char *slash = strrchr(pattern, '/');

	for (const char *p = pattern; p < slash; p++)
		if (*p == '%' && (*++p == 'p' || *p == 'c'))
			return false;
	return true;
}

/* Where rings appear; false if that is not one folder. */
static bool find_folder(char folder[PATH_MAX])
{
	char *slash;

	if (options.ring_dir[0]) {
		strcpy(folder, options.ring_dir);
		return true;
	}
	if (!one_folder(options.output) ||
	    options_expand_output(folder, PATH_MAX, ""))
		return false;
	slash = strrchr(folder, '/');
	slash[slash == folder] = '\0';
	return true;
}

/* Without a collector the recording goes on: targets drain themselves. */
static int start_collector(void)
{
	char folder[PATH_MAX];
	int collector = -1;

	if (options.session && find_folder(folder))
		collector = collector_start(options.session, folder);
	if (collector < 0)
		unsetenv("HEAPWISE_SESSION");
	return collector;
}

static int launch(char **command)
{
	struct launch l = { .command = command };
	struct launch_failure failure = { 0 };

	options_read();
	take_signals(&l);
	l.collector = start_collector();
	start_command(&l, &failure);
	if (failure.error)
		return refuse(command[0], &failure);
	let_files_go(&l);
	group_watch_start(&l.group);
	wait_for_command(&l);
	group_watch_end(&l.group);
	wait_for_dumps(&l);
	return end_alike(&l);
}

static int finish(char **arguments)
{
	char ring[PATH_MAX];

	if (!arguments[0])
		return LEFTOVER_FAILED;
	if (arguments[1])
		return leftover_finish(arguments[0], arguments[1]);
	if (snprintf(ring, sizeof(ring), "%s" RING_SUFFIX, arguments[0]) >=
	    (int)sizeof(ring))
		return LEFTOVER_FAILED;
	return leftover_finish(arguments[0], ring);
}

int main(int argc, char **argv)
{
	char **command = argv + 1;

	if (argc > 1 && strcmp(argv[1], "--finish") == 0)
		return finish(argv + 2);
	if (*command && strcmp(*command, "--") == 0)
		command++;
	if (argc < 2 || !*command) {
		fputs("usage: heapwise-collect [--] COMMAND [ARG...]\n"
		      "       heapwise-collect --finish DUMP [RING]\n",
		      stderr);
		return STATUS_FAILED;
	}
	return launch(command);
}
