/* SPDX-License-Identifier: MIT */
#include "analyzer/source_paths.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/memory.h"

void source_paths_add(struct source_paths *paths, const char *word)
{
	GROW(paths->words, paths->capacity, paths->count);
	paths->words[paths->count++] = word;
}

void source_paths_release(struct source_paths *paths)
{
	free(paths->words);
	*paths = (struct source_paths){ 0 };
}

/* Takes the path: gives it back if it is a file, else frees it. */
static char *if_file(char *path)
{
	struct stat st;

	if (path && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return path;
	free(path);
	return NULL;
}

/* OLD ends where a name in the path ends. */
static char *replace(const char *word, const char *file)
{
	const char *equals = strchr(word, '=');
	size_t len = (size_t)(equals - word);

	while (len > 1 && word[len - 1] == '/')
		len--;
	if (strncmp(word, file, len) ||
	    (file[len] && file[len] != '/' && word[len - 1] != '/'))
		return NULL;
	while (file[len] == '/')
		len++;
	return if_file(xasprintf("%s/%s", equals + 1, file + len));
}

static char *below(const char *directory, const char *file)
{
	const char *end = file;
	char *path = if_file(xasprintf("%s/%s", directory, file));

	while (!path && (end = strchr(end, '/')) != NULL) {
		end++;
		path = if_file(xasprintf("%s/%s", directory, end));
	}
	return path;
}

static bool is_directory(const char *word)
{
	struct stat st;

	return stat(word, &st) == 0 && S_ISDIR(st.st_mode);
}

char *source_paths_find(const struct source_paths *paths, const char *file,
			const char *directory)
{
	char *path = NULL;

	for (size_t i = 0; i < paths->count && !path; i++) {
		const char *word = paths->words[i];
		const char *equals = strchr(word, '=');

		if (equals && equals > word && !is_directory(word))
			path = replace(word, file);
		else
			path = below(word, file);
	}
	if (!path && file[0] == '/')
		path = if_file(xstrndup(file, strlen(file)));
	if (!path && file[0] != '/' && directory[0] == '/')
		path = if_file(xasprintf("%s/%s", directory, file));
	return path ? path : xstrndup(file, strlen(file));
}
