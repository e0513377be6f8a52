#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs that change what they may do, or where they are, in mid-run: seteuid to
# and fro, setns and unshare into other namespaces (mounts, host name, network,
# processes, users), also where process ids begin again at 1: two processes of
# one number have a dump each. What could not be written meanwhile is counted.
. "$(dirname "$0")/../e2e/lib.sh"
[ "$(id -u)" = 0 ] || skip_all "only for root"
cat >rights.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "samples/sample.h"

static SITE void work(int count)
{
	while (count--)
		free(keep(malloc(10)));
}

static void said(const char *what, int result)
{
	say_number(what, result < 0 ? (unsigned long)errno : 0);
}

/* /proc/PID/ns/KIND of a child that has a namespace of its own. */
static int namespace_of_a_child(int kind, const char *name)
{
	char path[64] = "/proc/", digits[12];
	int ready[2], fd, pid, i = 6;
	char c;

	pipe(ready);
	pid = fork();
	if (pid == 0) {
		if (unshare(kind) == 0)
			write(ready[1], "x", 1);
		close(ready[1]);
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		say("no namespace\n");
	close(ready[0]);
	digits[11] = 0;
	char *p = digits + 11;
	for (int n = pid; n; n /= 10)
		*--p = (char)('0' + n % 10);
	strcat(path, p);
	strcat(path, "/ns/");
	strcat(path, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return fd;
}

static void rights(void)
{
	for (int i = 0; i < 3; i++) {
		work(50000);
		said("seteuid", seteuid(65534));
		work(50000);
		said("seteuid", seteuid(0));
	}
	said("seteuid", seteuid(65534));
	if (fork() == 0) {
		work(1000);
		_exit(0);
	}
	wait(NULL);
	said("seteuid", seteuid(0));
	work(50000);
}

static void spaces(void)
{
	static const struct {
		int kind;
		const char *name;
	} all[] = { { CLONE_NEWUTS, "uts" }, { CLONE_NEWIPC, "ipc" },
		    { CLONE_NEWNET, "net" }, { CLONE_NEWNS, "mnt" },
		    { CLONE_NEWUSER, "user" } };

	for (int i = 0; i < 5; i++) {
		int fd = namespace_of_a_child(all[i].kind, all[i].name);

		work(20000);
		said(all[i].name, setns(fd, all[i].kind));
		close(fd);
	}
	work(20000);
}

/* Process 1 of its own namespace, and its child, 2; with a /proc that says so. */
static void first(void)
{
	said("mounts", unshare(CLONE_NEWNS));
	said("private", mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	said("proc", mount("proc", "/proc", "proc", 0, NULL));
	say_number("pid", (unsigned long)getpid());
	work(100000);
	if (fork() == 0) {
		say_number("pid", (unsigned long)getpid());
		work(100000);
		exit(0);
	}
	wait(NULL);
	exit(0);
}

static void pids(void)
{
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			said("pids", unshare(CLONE_NEWPID));
			work(1000);
			if (fork() == 0)
				first();
			wait(NULL);
			exit(0);
		}
		wait(NULL);
	}
	work(1000);
}

int main(int argc, char **argv)
{
	argv[1][0] == 'r' ? rights() : argv[1][0] == 's' ? spaces() : pids();
	say("done\n");
	return 0;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -iquote "$root" -o rights rights.c || { fails "does not compile"; finish; }
# all DIRECTORY: events in all dumps there, and those that were dropped.
all() {
	local dump
	for dump in $(dumps "$1"); do
		"$heapwise" info --json "$dump"
	done | jq -s 'map(.events + .lost.dropped_events) | add'
}
three rights ./rights r
three spaces ./rights s
three pids ./rights p
for what in rights spaces pids; do
	unchanged $what
	for way in record preload; do
		holds "$what, $way: whole" whole $(dumps $what.$way)
		is "$what, $way: no ring file is left" \
			"$(find $what.$way -name '*.ring*' | wc -l)" 0
	done
done
for way in record preload; do
	is "rights, $way: recorded or counted" "$(all rights.$way)" 700000
	is "rights, $way: its child had no right to make a dump" "$(
		"$heapwise" info --json rights.$way/d.hwd |
		jq .lost.unrecorded_children)" 1
	is "spaces, $way: recorded or counted" "$(all spaces.$way)" 240000
	is "pids, $way: recorded or counted" "$(all pids.$way)" 806000
	is "pids, $way: a dump each" "$(dumps pids.$way | wc -l)" 7
	is "pids, $way: ids" "$(for dump in $(dumps pids.$way); do
		"$heapwise" info --json $dump | jq .pid
	done | sort -n | head -n 4 | tr '\n' ' ')" "1 1 2 2 "
done
# The pattern has nothing but the process id.
mkdir same
"$heapwise" record -o same/%p.hwd -- ./rights p >out 2>err
is "pids, by %p: a dump each, all counted" "$(dumps same | wc -l) $(all same)" \
	"7 806000"
finish
