/* SPDX-License-Identifier: MIT */
/*
 * Where source files are looked for: debug information has the names that they
 * had where the program was built.
 */
#ifndef ANALYZER_SOURCE_PATHS_H
#define ANALYZER_SOURCE_PATHS_H

#include <stddef.h>

struct source_paths {
	const char **words; /* as given: DIRECTORY or OLD=NEW */
	size_t count, capacity;
};

/* The word must outlive it. */
void source_paths_add(struct source_paths *paths, const char *word);
void source_paths_release(struct source_paths *paths);

/*
 * The first of these that is a regular file: NEW in place of OLD; below each
 * DIRECTORY the whole name, or as much of its end as there is; the name itself;
 * below `directory`, if the name is relative. Fresh. If there is none: the name
 * itself, so that opening it fails for the reason that it has.
 */
char *source_paths_find(const struct source_paths *paths, const char *file,
			const char *directory);

#endif
