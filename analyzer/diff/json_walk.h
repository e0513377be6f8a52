/* SPDX-License-Identifier: MIT */
/*
 * A file of JSON, walked value by value, so that what it takes does not grow
 * with the whole of it: the members of an object or array that is too large to
 * be had at once come one after another. It may be compressed, with gzip. Any
 * bytes are safe.
 *
 *	json_walk_open(&walk, path);
 *	json_walk_enter(&walk, '{');
 *	while (json_walk_next(&walk, '}')) {
 *		char *key = json_walk_key(&walk);
 *		json_t *value = json_walk_value(&walk);
 *		...
 *	}
 *	json_walk_end(&walk);
 *	if (walk.why) ... the first thing that was wrong
 *	json_walk_release(&walk);
 *
 * Once something is wrong there is no next, no key and no value.
 */
#ifndef ANALYZER_DIFF_JSON_WALK_H
#define ANALYZER_DIFF_JSON_WALK_H

#include <jansson.h>
#include <stdbool.h>

#define JSON_WALK_FILE_MAX ((size_t)512 << 20)
#define JSON_WALK_VALUE_MAX ((size_t)4 << 20) /* of one value */

struct json_walk {
	char *text; /* private, all but why */
	size_t len, at;
	bool entered; /* nothing was read of what was entered */
	char *why; /* NULL: nothing is wrong */
};

/* Does the file begin as an object? Silent if it cannot be read. */
bool json_walk_is_object(const char *path);

void json_walk_open(struct json_walk *walk, const char *path);
void json_walk_release(struct json_walk *walk);

/* '{' or '['. */
void json_walk_enter(struct json_walk *walk, char bracket);
/* Is there another member? If not, what closes was read. */
bool json_walk_next(struct json_walk *walk, char closing);
/* With the colon; fresh, or NULL. */
char *json_walk_key(struct json_walk *walk);
/* A new reference, or NULL. */
json_t *json_walk_value(struct json_walk *walk);
/* Nothing may follow. */
void json_walk_end(struct json_walk *walk);

/* Keeps the first reason, a fresh string, and frees others. */
void json_walk_fail(struct json_walk *walk, char *why);

#endif
