/* SPDX-License-Identifier: MIT */
/*
 * A chat server's event loop: a session's lines are freed together when it
 * closes, but other sessions are always open, and what one event allocates
 * outlives the event. 160,000 lines, one epoch in the whole run. (A region for
 * each session would work; one that is reset at the end of a function would
 * not.)
 *
 * near: arena epochs: live bytes under the loop's functions never return to 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS 24
#define EVENTS 160000

struct line {
	struct line *next;
	unsigned length;
	char text[24];
};

struct session {
	struct line *lines;
	unsigned count, limit;
};

struct server {
	struct session sessions[SESSIONS];
	unsigned long bytes, closed;
	unsigned seed;
};

static unsigned next_random(struct server *server, unsigned limit)
{
	server->seed = server->seed * 1103515245 + 12345;
	return (server->seed >> 11) % limit;
}

static void *xmalloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	return p;
}

static void read_line(struct server *server, char *text, unsigned length)
{
	for (unsigned i = 0; i < length; i++)
		text[i] = (char)('a' + next_random(server, 26));
}

static void session_add(struct server *server, struct session *session)
{
	struct line *line = xmalloc(sizeof(*line));

	line->length = 8 + next_random(server, 16);
	read_line(server, line->text, line->length);
	line->next = session->lines;
	session->lines = line;
	session->count++;
}

static void session_close(struct server *server, struct session *session)
{
	while (session->lines) {
		struct line *line = session->lines;

		for (unsigned i = 0; i < line->length; i++)
			server->bytes = server->bytes * 31 +
					(unsigned char)line->text[i];
		session->lines = line->next;
		free(line);
	}
	session->count = 0;
	session->limit = 30 + next_random(server, 100);
	server->closed++;
}

static __attribute__((noinline)) void handle_event(struct server *server)
{
	struct session *session =
		&server->sessions[next_random(server, SESSIONS)];

	if (session->count >= session->limit)
		session_close(server, session);
	session_add(server, session);
}

int main(void)
{
	struct server *server = calloc(1, sizeof(*server));

	if (!server)
		return 1;
	server->seed = 3;
	for (int i = 0; i < EVENTS; i++)
		handle_event(server);
	for (int i = 0; i < SESSIONS; i++)
		session_close(server, &server->sessions[i]);
	printf("%lu %lu\n", server->bytes, server->closed);
	free(server);
	return 0;
}
