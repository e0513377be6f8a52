/* SPDX-License-Identifier: MIT */
/*
 * Keys of JSON that somebody else may have written: each is there and of its
 * type, or the reason is told with its place, "sites[3].frames[0].line: not a
 * whole number". Reading goes on with nothing, so callers ask once, at the end.
 */
#ifndef ANALYZER_DIFF_JSON_KEYS_H
#define ANALYZER_DIFF_JSON_KEYS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define JSON_KEYS_NUMBER_MAX 9.3e18 /* about 2^63 */

/* Where we are, for the message. */
struct json_keys {
	const char *of; /* "totals", "sites", or NULL: the whole */
	size_t index;	/* of sites */
	bool in_sites;
	const char *within; /* "frames", or NULL */
	size_t within_index;
	char *why; /* fresh; NULL: nothing is wrong */
};

/* "PLACE.KEY: WHAT"; keeps the first. */
void json_keys_fail(struct json_keys *keys, const char *key, const char *what);

/* NULL if there is none: said. */
json_t *json_keys_get(struct json_keys *keys, const json_t *object,
		      const char *key);
/* Borrowed; NULL is null, or wrong. */
const char *json_keys_text(struct json_keys *keys, const json_t *object,
			   const char *key);
/* From 0 to JSON_KEYS_NUMBER_MAX; if_null where null stands. */
double json_keys_number(struct json_keys *keys, const json_t *object,
			const char *key, double if_null);
/* Whole; null is 0. */
uint64_t json_keys_whole(struct json_keys *keys, const json_t *object,
			 const char *key);
bool json_keys_bool(struct json_keys *keys, const json_t *object,
		    const char *key);
/* "0x1f", or with `prefix` "" "1f"; null is 0. */
uint64_t json_keys_hexadecimal(struct json_keys *keys, const json_t *object,
			       const char *key, const char *prefix);
/* NULL if it is none. */
json_t *json_keys_array(struct json_keys *keys, const json_t *object,
			const char *key);
json_t *json_keys_object(struct json_keys *keys, const json_t *object,
			 const char *key);

#endif
