/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/variables.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"
#include "include/dump_format.h"
#include "preload/options.h"
#include "tests/fuzz/scratch.h"

#define RATIO_MAX (1u << 30)

static const char *const names[] = {
	"HEAPWISE_OUTPUT",	"HEAPWISE_RING_DIR",  "HEAPWISE_SAMPLE",
	"HEAPWISE_SEED",	"HEAPWISE_SESSION",   "HEAPWISE_FREE_STACKS",
	"HEAPWISE_DETAILS",	"HEAPWISE_ON_FULL",   "HEAPWISE_LAUNCHER",
	"HEAPWISE_CHILDREN",	"HEAPWISE_VERIFY",    "HEAPWISE_TEST_NODES",
	"GLIBC_TUNABLES",	"HEAPWISE_LIB",	      "LD_PRELOAD",
};

#define COUNT (sizeof(names) / sizeof(*names))

static void forget(void)
{
	for (size_t i = 0; i < COUNT; i++)
		unsetenv(names[i]);
}

static void set_all(const uint8_t *data, size_t len)
{
	char *copy = xstrndup((const char *)data, len), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			setenv(names[(unsigned char)*line % COUNT], line + 1, 1);
	free(copy);
}

static void check(bool right)
{
	if (!right)
		abort();
}

static void expand(size_t room, const char *program)
{
	char *path = xcalloc(1, room);
	int error = options_expand_output(path, room, program);

	check(memchr(path, '\0', room));
	check(error || path[0] == '/');
	free(path);
}

void variables_run(const uint8_t *data, size_t len)
{
	static const size_t rooms[] = { 1, 2, 16, 100, OPTIONS_PATH, PATH_MAX };

	set_all(data, len);
	options_read();
	check(options.free_stacks <= RATIO_MAX && options.details <= RATIO_MAX);
	check(options.nodes_max >= 64 && options.nodes_max <= STACK_NODES_MAX);
	check(strlen(options.output) < OPTIONS_PATH && *options.output);
	check(strlen(options.ring_dir) < OPTIONS_PATH);
	check(strlen(options.tunables) < OPTIONS_PATH);
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		expand(rooms[i], "program");
		expand(rooms[i], "a%p/%c \xff%");
	}
	forget();
}

/* What the process had is there again afterwards. */
void variables_record(const uint8_t *words, size_t len)
{
	const char *preload = getenv("LD_PRELOAD");
	const char *sanitizer = getenv("ASAN_OPTIONS");
	char *had_preload = preload ? xasprintf("%s", preload) : NULL;
	char *had_sanitizer = sanitizer ? xasprintf("%s", sanitizer) : NULL;
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	setenv("HEAPWISE_LIB", scratch_path("a.hwd"), 1);
	if (here >= 0 && chdir(scratch_path("")) == 0)
		scratch_run_words("record", words, len);
	if (here >= 0 && fchdir(here) < 0)
		abort();
	close(here);
	forget();
	unsetenv("ASAN_OPTIONS");
	if (had_preload)
		setenv("LD_PRELOAD", had_preload, 1);
	if (had_sanitizer)
		setenv("ASAN_OPTIONS", had_sanitizer, 1);
	free(had_preload);
	free(had_sanitizer);
}
