/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/glibc_settings.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_REQUEST_MAX 1032 /* of the 64 sizes of small chunks */
#define FAST_REQUEST_MAX 160

/* "2.36" -> 236, 0 if it is something else. */
static unsigned int read_version(const char *text)
{
	char *end;
	unsigned long major = strtoul(text, &end, 10), minor;

	if (major != 2 || *end != '.')
		return 0;
	minor = strtoul(end + 1, &end, 10);
	return minor < 100 ? (unsigned int)(200 + minor) : 0;
}

/* As glibc, which leaves a value beyond its bounds aside. */
static void read_tunable(const char *tunables, const char *name,
			 uint64_t max, uint64_t *value)
{
	static const char prefix[] = "glibc.malloc.";
	size_t len = strlen(name);

	for (const char *at = tunables; at; at = strchr(at, ':')) {
		uint64_t number;
		char *end;

		at += *at == ':';
		if (strncmp(at, prefix, sizeof(prefix) - 1) != 0 ||
		    strncmp(at + sizeof(prefix) - 1, name, len) != 0 ||
		    at[sizeof(prefix) - 1 + len] != '=')
			continue;
		number = strtoull(at + sizeof(prefix) + len, &end, 0);
		if ((*end == ':' || *end == '\0') && number <= max)
			*value = number;
	}
}

static uint64_t fast_chunk(uint64_t request)
{
	/* As set_max_fast(): the 16 bytes of a chunk less what is shared. */
	if (request == 0)
		return 0;
	return (request + 8) & ~UINT64_C(15);
}

static void read_tunables(struct glibc_settings *s, const char *tunables)
{
	uint64_t count = s->cache_count, largest = CACHE_REQUEST_MAX;
	uint64_t unsorted = 0, fast = 128;
	uint64_t mmap = UINT64_MAX, trim = UINT64_MAX;

	read_tunable(tunables, "tcache_count",
		     s->version < 230 ? 127 : UINT16_MAX, &count);
	read_tunable(tunables, "tcache_max", UINT64_MAX, &largest);
	read_tunable(tunables, "tcache_unsorted_limit", UINT32_MAX, &unsorted);
	read_tunable(tunables, "mxfast", FAST_REQUEST_MAX, &fast);
	read_tunable(tunables, "mmap_threshold", UINT64_MAX - 1, &mmap);
	read_tunable(tunables, "trim_threshold", UINT64_MAX - 1, &trim);
	read_tunable(tunables, "top_pad", UINT32_MAX, &s->top_pad);
	read_tunable(tunables, "mmap_max", INT32_MAX, &s->mmap_max);
	s->cache_count = (uint32_t)count;
	if (largest > CACHE_REQUEST_MAX)
		largest = CACHE_REQUEST_MAX;
	s->cache_chunk = count ? glibc_chunk_bytes(largest) : 0;
	s->cache_unsorted = (uint32_t)unsorted;
	s->fast_chunk = s->fast_chunk ? fast_chunk(fast) : 0;
	if (mmap != UINT64_MAX)
		s->mmap_threshold = mmap;
	if (trim != UINT64_MAX)
		s->trim_threshold = trim;
	s->fixed_thresholds = mmap != UINT64_MAX || trim != UINT64_MAX ||
			      strstr(tunables, "glibc.malloc.top_pad=") ||
			      strstr(tunables, "glibc.malloc.mmap_max=");
}

bool glibc_settings_read(struct glibc_settings *settings,
			 const struct model_meta *meta)
{
	unsigned int version = read_version(meta->allocator_version);

	/* The recorder notes the version for the C library alone. */
	if (version < 226)
		return false;
	*settings = (struct glibc_settings){
		.version = version,
		.cache_count = version < 243 ? 7 : 16,
		.fast_chunk = version < 243,
		.mmap_threshold = 128 << 10,
		.trim_threshold = 128 << 10,
		.top_pad = 128 << 10,
		.mmap_max = 65536,
		.cached_calloc = version >= 241,
		.cached_memalign = version >= 238,
		.cached_internally = version < 241,
		.sorted_small = version >= 241,
	};
	read_tunables(settings, meta->tunables);
	return true;
}
