/* SPDX-License-Identifier: MIT */
#include "preload/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/dump_format.h"

struct options options;

/* "12", "64K", "1M" ...; `fallback` if it is anything else. */
static uint64_t read_size(const char *text, uint64_t fallback)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	if (!text || *text < '0' || *text > '9')
		return fallback;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (value > UINT64_MAX / 16)
			return fallback;
		value = value * 10 + (uint64_t)(*text - '0');
	}
	switch (*text) {
	case 'T': case 't': shift += 10; /* fall through */
	case 'G': case 'g': shift += 10; /* fall through */
	case 'M': case 'm': shift += 10; /* fall through */
	case 'K': case 'k': shift += 10;
		text++;
	}
	if (*text || value > UINT64_MAX >> shift)
		return fallback;
	return value << shift;
}

static uint32_t read_ratio(const char *text, uint32_t fallback)
{
	uint64_t value;

	if (text && strcmp(text, "all") == 0)
		return 1;
	if (text && strcmp(text, "none") == 0)
		return 0;
	value = read_size(text, fallback);
	return value <= 1u << 30 ? (uint32_t)value : fallback;
}

static uint32_t read_nodes(const char *text)
{
	uint64_t value = read_size(text, STACK_NODES_MAX);

	return value >= 64 && value < STACK_NODES_MAX ? (uint32_t)value :
						  STACK_NODES_MAX;
}

static void read_text(char *to, const char *name, const char *fallback)
{
	const char *text = getenv(name);

	if (!text || !*text || strlen(text) >= OPTIONS_PATH)
		text = fallback;
	strcpy(to, text);
}

/* As it is now: the program may go elsewhere. */
static void make_absolute(char *path)
{
	char from[OPTIONS_PATH];
	size_t len;

	if (!*path || *path == '/')
		return;
	if (!getcwd(from, sizeof(from)))
		from[0] = '\0';
	len = strlen(from);
	if (len == 0 || len + 1 + strlen(path) >= OPTIONS_PATH) {
		*path = '\0'; /* beside the dump, then */
		return;
	}
	memmove(path + len + 1, path, strlen(path) + 1);
	memcpy(path, from, len);
	path[len] = '/';
}

static bool is_set(const char *name, const char *value)
{
	const char *text = getenv(name);

	return text && strcmp(text, value) == 0;
}

void options_read(void)
{
	const char *session = getenv("HEAPWISE_SESSION");
	const char *sample = getenv("HEAPWISE_SAMPLE");

	read_text(options.output, "HEAPWISE_OUTPUT", "heapwise.%c.%p.hwd");
	read_text(options.ring_dir, "HEAPWISE_RING_DIR", "");
	make_absolute(options.ring_dir);
	read_text(options.tunables, "GLIBC_TUNABLES", "");
	options.sample_bytes = read_size(sample, 0);
	options.seed = read_size(getenv("HEAPWISE_SEED"), 0);
	options.session = session ? strtoull(session, NULL, 16) : 0;
	options.free_stacks = read_ratio(getenv("HEAPWISE_FREE_STACKS"), 16);
	options.details = read_ratio(getenv("HEAPWISE_DETAILS"), 64);
	options.on_full = is_set("HEAPWISE_ON_FULL", "drop") ? ON_FULL_DROP :
							       ON_FULL_WAIT;
	options.launcher = (uint32_t)read_size(getenv("HEAPWISE_LAUNCHER"), 0);
	options.children = !is_set("HEAPWISE_CHILDREN", "0");
	options.verify = is_set("HEAPWISE_VERIFY", "1");
	options.nodes_max = read_nodes(getenv("HEAPWISE_TEST_NODES"));
	options.no_find_object = is_set("HEAPWISE_TEST_NO_FIND_OBJECT", "1");
}

struct text {
	char *next;
	char *end;
	bool failed;
};

static void put_text(struct text *t, const char *text, size_t len)
{
	if ((size_t)(t->end - t->next) <= len) {
		t->failed = true;
		return;
	}
	memcpy(t->next, text, len);
	t->next += len;
}

static void put_number(struct text *t, unsigned long value)
{
	char digits[24];
	size_t len = 0;

	do
		digits[sizeof(digits) - ++len] = (char)('0' + value % 10);
	while (value /= 10);
	put_text(t, digits + sizeof(digits) - len, len);
}

static void put_directory(struct text *t)
{
	char directory[OPTIONS_PATH];

	if (!getcwd(directory, sizeof(directory))) {
		t->failed = true; /* it was removed */
		return;
	}
	put_text(t, directory, strlen(directory));
	put_text(t, "/", 1);
}

int options_expand_output(char *path, size_t bytes, const char *program)
{
	struct text t = { path, path + bytes, false };

	if (options.output[0] != '/')
		put_directory(&t);
	for (const char *p = options.output; *p; p++) {
		if (*p != '%' || !p[1])
			put_text(&t, p, 1);
		else if (*++p == 'p')
			put_number(&t, (unsigned long)getpid());
		else if (*p == 'c')
			put_text(&t, program, strlen(program));
		else
			put_text(&t, p, 1);
	}
	*t.next = '\0';
	return t.failed ? -ENAMETOOLONG : 0;
}
