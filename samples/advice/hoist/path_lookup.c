/* SPDX-License-Identifier: MIT */
/*
 * A build tool that looks up files: every path is made canonical in a block of
 * PATH_MAX bytes that the caller frees once it has the hash. 700,000 pairs of
 * 4,096 bytes, L_max 1.
 *
 * expect: hoist canonical_path
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 4096
#define LOOKUPS 700000
#define KNOWN 4096

static const char *const paths[] = {
	"src/../lib/./a.c", "./lib//b.c", "lib/x/../c.h", "../top/d.c",
	"include/sys/../e.h", "a/b/c/../../f.o", "./././g", "h/../i/../j",
};

#ifdef FIXED
static char *kept;
#endif

static void *xmalloc(size_t size)
{
	void *p = malloc(size);

	if (!p) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static char *new_path(void)
{
#ifdef FIXED
	if (!kept)
		kept = xmalloc(ROOM);
	return kept;
#else
	return xmalloc(ROOM);
#endif
}

static void drop_path(char *path)
{
#ifdef FIXED
	(void)path;
#else
	free(path);
#endif
}

static size_t add_part(char *out, size_t used, const char *part, size_t length)
{
	if (!length || (length == 1 && *part == '.'))
		return used;
	if (length == 2 && part[0] == '.' && part[1] == '.') {
		while (used && out[--used] != '/')
			;
		return used;
	}
	out[used++] = '/';
	for (size_t i = 0; i < length; i++)
		out[used++] = part[i];
	return used;
}

static __attribute__((noinline)) char *canonical_path(const char *path)
{
	char *out = new_path();
	size_t used = 0;

	while (*path) {
		const char *end = path;

		while (*end && *end != '/')
			end++;
		used = add_part(out, used, path, (size_t)(end - path));
		path = *end ? end + 1 : end;
	}
	out[used] = 0;
	return out;
}

static unsigned hash_path(const char *path)
{
	unsigned hash = 5381;

	while (*path)
		hash = hash * 33 + (unsigned char)*path++;
	return hash;
}

static unsigned look_up(unsigned *known, const char *path)
{
	char *canonical = canonical_path(path);
	unsigned hash = hash_path(canonical);

	drop_path(canonical);
	return known[hash % KNOWN]++;
}

int main(void)
{
	unsigned *known = calloc(KNOWN, sizeof(*known));
	unsigned long sum = 0;

	if (!known)
		return 1;
	for (unsigned i = 0; i < LOOKUPS; i++)
		sum += look_up(known, paths[i * 5 % 8]);
	printf("%lu\n", sum);
	free(known);
#ifdef FIXED
	free(kept);
#endif
	return 0;
}
