/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/allocator.h"

#include <string.h>

enum allocator allocator_of(const struct model_meta *meta)
{
	static const struct {
		const char *part;
		enum allocator allocator;
	} files[] = {
		{ "jemalloc", ALLOCATOR_JEMALLOC },
		{ "tcmalloc", ALLOCATOR_TCMALLOC },
		{ "mimalloc", ALLOCATOR_MIMALLOC },
		{ "libc.so.6", ALLOCATOR_GLIBC },
		{ "libc-2.", ALLOCATOR_GLIBC },
	};
	const char *slash = strrchr(meta->allocator, '/');
	const char *file = slash ? slash + 1 : meta->allocator;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strstr(file, files[i].part))
			return files[i].allocator;
	return ALLOCATOR_UNKNOWN;
}

const char *allocator_name(enum allocator allocator)
{
	static const char *const names[ALLOCATOR_COUNT] = {
		[ALLOCATOR_UNKNOWN] = "this allocator",
		[ALLOCATOR_GLIBC] = "glibc",
		[ALLOCATOR_JEMALLOC] = "jemalloc",
		[ALLOCATOR_TCMALLOC] = "tcmalloc",
		[ALLOCATOR_MIMALLOC] = "mimalloc",
	};

	return names[allocator];
}
