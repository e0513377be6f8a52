/* SPDX-License-Identifier: MIT */
/*
 * Debug files from the servers that DEBUGINFOD_URLS names, through
 * libdebuginfod where it is installed; it keeps them in the user's cache. All
 * questions of a run share one time limit, 90 s or DEBUGINFOD_TIMEOUT: a server
 * that hangs or cannot be reached is given up for the rest of the run. One
 * thread.
 */
#ifndef ANALYZER_DEBUG_SERVER_H
#define ANALYZER_DEBUG_SERVER_H

#include <stddef.h>
#include <stdint.h>

struct debug_server;

/* What to tell whoever waits: now and then, while a file is asked for; NULL
 * when that is over. */
struct debug_server_wait {
	void (*tell)(void *context, const char *text); /* may be NULL */
	void *context;
};

/* NULL if there is no server to ask, or no library to ask with. */
struct debug_server *debug_server_new(const struct debug_server_wait *wait);
void debug_server_free(struct debug_server *server);

/* A descriptor of the debug file with that build ID, or -1. What the server
 * sent is not checked. `name` is for whoever waits. */
int debug_server_find(struct debug_server *server, const uint8_t *build_id,
		      size_t bytes, const char *name);

/* Why it was given up, "no answer within 90 s"; NULL if it was not. */
const char *debug_server_trouble(const struct debug_server *server);

#endif
