/* SPDX-License-Identifier: MIT */
#include "analyzer/debug_server.h"
#include "analyzer/memory.h"
#include "analyzer/size_text.h"
#include "analyzer/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIBRARY "libdebuginfod.so.1"
#define LIMIT_SECONDS 90
#define LIMIT_SECONDS_MAX 1000000
#define BUILD_ID_BYTES_MAX 64 /* the library's own bound */

struct debuginfod_client; /* the library's */
typedef int find_function(struct debuginfod_client *client,
			  const unsigned char *id, int bytes, char **path);
typedef int progress_function(struct debuginfod_client *client, long bytes,
			      long total);

struct debug_server {
	void *library;
	struct debuginfod_client *client;
	find_function *find;
	void (*end)(struct debuginfod_client *client);
	struct debug_server_wait wait;
	const char *name; /* of the file that is being asked for */
	double limit; /* seconds; 0: none */
	double spent; /* seconds, by earlier questions */
	double started;
	char *trouble;
};

/* The library's callback has no other way to know. */
static struct debug_server *asking;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool is_late(const struct debug_server *server)
{
	return server->limit > 0 &&
	       server->spent + now() - server->started >= server->limit;
}

static void tell(struct debug_server *server, long bytes, long total)
{
	char done[TEXT_NUMBER_BYTES], all[TEXT_NUMBER_BYTES];
	char *text;

	if (!server->wait.tell)
		return;
	/* Without a total, `bytes` is no size: it only grows. */
	if (total <= 0)
		text = xasprintf("debuginfod: asked for %.40s, %.0f s",
				 server->name, now() - server->started);
	else
		text = xasprintf("debuginfod: %.40s, %s of %s", server->name,
				 text_bytes(done, (double)bytes),
				 text_bytes(all, (double)total));
	server->wait.tell(server->wait.context, text);
	free(text);
}

/* The library calls this about once a second; if not 0, it gives up. */
static int progress(struct debuginfod_client *client, long bytes, long total)
{
	(void)client;
	tell(asking, bytes, total);
	return is_late(asking);
}

static double limit_seconds(void)
{
	const char *text = getenv("DEBUGINFOD_TIMEOUT");
	uint64_t seconds;

	if (!text || number_text_parse(text, LIMIT_SECONDS_MAX, &seconds))
		return LIMIT_SECONDS;
	return (double)seconds;
}

/* C has no cast from an object's address to a function's. */
static void *symbol(struct debug_server *server, const char *name)
{
	return dlsym(server->library, name);
}

static bool load(struct debug_server *server)
{
	struct debuginfod_client *(*begin)(void);
	void (*set_progress)(struct debuginfod_client *, progress_function *);

	server->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!server->library)
		return false;
	*(void **)&begin = symbol(server, "debuginfod_begin");
	*(void **)&set_progress = symbol(server, "debuginfod_set_progressfn");
	*(void **)&server->find = symbol(server, "debuginfod_find_debuginfo");
	*(void **)&server->end = symbol(server, "debuginfod_end");
	if (!begin || !set_progress || !server->find || !server->end)
		return false;
	server->client = begin();
	if (!server->client)
		return false;
	set_progress(server->client, progress);
	return true;
}

struct debug_server *debug_server_new(const struct debug_server_wait *wait)
{
	const char *urls = getenv("DEBUGINFOD_URLS");
	struct debug_server *server;

	if (!urls || !urls[strspn(urls, " ")])
		return NULL;
	server = xcalloc(1, sizeof(*server));
	server->wait = *wait;
	server->limit = limit_seconds();
	if (load(server))
		return server;
	debug_server_free(server);
	return NULL;
}

/* The library stays loaded: it has threads of its own, and exit handlers. */
void debug_server_free(struct debug_server *server)
{
	if (!server)
		return;
	if (server->client)
		server->end(server->client);
	free(server->trouble);
	free(server);
}

static void give_up(struct debug_server *server, int error)
{
	if (is_late(server) || error == ETIME || error == ETIMEDOUT)
		server->trouble = xasprintf("no answer within %.0f s",
					    now() - server->started +
						    server->spent);
	else if (error != ENOENT && error != ENOSYS)
		server->trouble = xasprintf("%s", strerror(error));
}

int debug_server_find(struct debug_server *server, const uint8_t *build_id,
		      size_t bytes, const char *name)
{
	char *shown;
	int fd;

	if (server->trouble || bytes == 0 || bytes > BUILD_ID_BYTES_MAX)
		return -1;
	shown = text_line(name);
	server->name = shown;
	server->started = now();
	asking = server;
	fd = server->find(server->client, build_id, (int)bytes, NULL);
	asking = NULL;
	if (server->wait.tell)
		server->wait.tell(server->wait.context, NULL);
	if (fd < 0)
		give_up(server, -fd);
	server->spent += now() - server->started;
	server->name = NULL;
	free(shown);
	return fd;
}

const char *debug_server_trouble(const struct debug_server *server)
{
	return server ? server->trouble : NULL;
}
