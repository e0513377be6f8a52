/* SPDX-License-Identifier: MIT */
#include "preload/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A line of /proc/PID/maps ends in the path, "(deleted)" after it perhaps. */
static bool names_file(const char *line, const char *name)
{
	size_t len = strlen(name);
	const char *at = line;

	while ((at = strstr(at, name)) != NULL) {
		if (at > line && at[-1] == '/' &&
		    (at[len] == '\n' || at[len] == ' ' || at[len] == '\0'))
			return true;
		at += len;
	}
	return false;
}

/* A file's name as maps show it: a newline becomes \012. */
static void put_shown(char shown[4 * NAME_MAX + 1], const char *name)
{
	char *end = shown + 4 * NAME_MAX - 4;

	for (; *name && shown < end; name++) {
		if (*name == '\n')
			shown = stpcpy(shown, "\\012");
		else
			*shown++ = *name;
	}
	*shown = '\0';
}

/* 1 or 0; -errno if its maps can't be read, or are empty: it is about to be
 * dead, and its memory is gone already. */
static int maps_file(int pid, const char *name)
{
	char shown[4 * NAME_MAX + 1];
	char path[64];
	char *line = NULL;
	size_t room = 0, lines = 0;
	int found = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	errno = 0;
	put_shown(shown, name);
	for (; !found && getline(&line, &room, maps) > 0; lines++)
		found = names_file(line, shown);
	if (!found && ferror(maps))
		found = errno ? -errno : -EIO;
	else if (lines == 0)
		found = -ESRCH;
	free(line);
	fclose(maps);
	return found;
}

/* The process's id in its own, innermost namespace. */
static int own_id(int pid)
{
	char path[64];
	char line[256];
	int id = 0;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "re");
	if (!status)
		return 0;
	while (!id && fgets(line, sizeof(line), status))
		if (strncmp(line, "NSpid:", 6) == 0)
			id = atoi(strrchr(line, '\t') + 1);
	fclose(status);
	return id;
}

/* A process in a namespace where its id is `id`. */
static int find_elsewhere(int id, const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	while (proc && !found && (entry = readdir(proc)) != NULL) {
		int pid = isdigit((unsigned char)entry->d_name[0])
				  ? atoi(entry->d_name)
				  : 0;

		if (pid > 0 && pid != id && own_id(pid) == id &&
		    maps_file(pid, name) == 1)
			found = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

static bool is_nowhere(int error)
{
	return error == -ENOENT || error == -ESRCH;
}

/* Field 22 of /proc/PID/stat and its state: 1; 0 if there is no such process;
 * -errno if that cannot be told now. */
static int read_stat(int pid, char *state, uint64_t *started)
{
	char path[64];
	char text[1024];
	const char *at;
	size_t len;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return is_nowhere(-errno) ? 0 : -errno;
	errno = 0;
	len = fread(text, 1, sizeof(text) - 1, stat);
	if (len == 0 && errno && !is_nowhere(-errno)) {
		fclose(stat);
		return -EIO;
	}
	fclose(stat);
	text[len] = '\0';
	at = strrchr(text, ')'); /* the name may hold anything */
	return at && sscanf(at + 1,
			    " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
			    "%*s %*s %*s %*s %*s %*s %*s %lu",
			    state, started) == 2;
}

char process_state(int pid)
{
	uint64_t started;
	char state;

	return read_stat(pid, &state, &started) == 1 ? state : 0;
}

void process_find(struct process *p, int pid, const char *name)
{
	char state;
	int maps;

	*p = (struct process){ .pid = pid, .pidfd = -1 };
	/* the pidfd first: then the maps are those of the same process */
	p->pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (p->pidfd >= 0 && access("/proc/self/stat", F_OK) < 0)
		return; /* no /proc: the ring's word has to do */
	maps = pid > 0 ? maps_file(pid, name) : 0;
	if (maps == 0 || is_nowhere(maps)) {
		process_release(p);
		p->pid = find_elsewhere(pid, name);
		if (p->pid)
			p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	}
	if (p->pid && read_stat(p->pid, &state, &p->started) == 0)
		p->pid = 0;
}

void process_release(struct process *p)
{
	if (p->pidfd >= 0)
		close(p->pidfd);
	p->pidfd = -1;
	p->pid = 0;
}

bool process_is_alive(const struct process *p)
{
	struct pollfd poll_fd = { .fd = p->pidfd, .events = POLLIN };
	uint64_t started;
	char state;
	int ret;

	if (p->pid == 0)
		return false;
	if (p->pidfd >= 0) /* a signal ends a poll even if it need not wait */
		return poll(&poll_fd, 1, 0) <= 0;
	ret = read_stat(p->pid, &state, &started);
	if (ret <= 0)
		return ret < 0; /* then it is better to go on */
	return (started == p->started || p->started == 0) && state != 'Z' &&
	       state != 'X';
}

bool process_maps(const struct process *p, const char *name)
{
	return p->pid && maps_file(p->pid, name) != 0;
}
