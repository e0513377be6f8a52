/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/json_keys.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

void json_keys_fail(struct json_keys *k, const char *key, const char *what)
{
	char *place;

	if (k->why)
		return;
	if (k->in_sites && k->within)
		place = xasprintf("sites[%zu].%s[%zu].", k->index, k->within,
				  k->within_index);
	else if (k->in_sites)
		place = xasprintf("sites[%zu].", k->index);
	else if (k->of && k->within)
		place = xasprintf("%s.%s[%zu].", k->of, k->within,
				  k->within_index);
	else if (k->of)
		place = xasprintf("%s.", k->of);
	else if (k->within)
		place = xasprintf("%s[%zu].", k->within, k->within_index);
	else
		place = xasprintf("%s", "");
	k->why = xasprintf("%s%s: %s", place, key, what);
	free(place);
}

json_t *json_keys_get(struct json_keys *k, const json_t *object,
		      const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value)
		json_keys_fail(k, key, "missing");
	return value;
}

const char *json_keys_text(struct json_keys *k, const json_t *object,
			   const char *key)
{
	const json_t *value = json_keys_get(k, object, key);

	if (value && !json_is_string(value) && !json_is_null(value))
		json_keys_fail(k, key, "not a text");
	return json_string_value(value);
}

double json_keys_number(struct json_keys *k, const json_t *object,
			const char *key, double if_null)
{
	const json_t *value = json_keys_get(k, object, key);
	double number;

	if (!value)
		return 0;
	if (json_is_null(value))
		return if_null;
	number = json_number_value(value);
	if (json_is_number(value) && number >= 0 &&
	    number <= JSON_KEYS_NUMBER_MAX)
		return number;
	json_keys_fail(k, key, "not a number from 0 to 2^63");
	return 0;
}

uint64_t json_keys_whole(struct json_keys *k, const json_t *object,
			 const char *key)
{
	const json_t *value = json_keys_get(k, object, key);

	if (value && !json_is_null(value) &&
	    (!json_is_integer(value) || json_integer_value(value) < 0))
		json_keys_fail(k, key, "not a whole number from 0 to 2^63");
	return k->why ? 0 : (uint64_t)json_integer_value(value);
}

bool json_keys_bool(struct json_keys *k, const json_t *object, const char *key)
{
	const json_t *value = json_keys_get(k, object, key);

	if (value && !json_is_boolean(value))
		json_keys_fail(k, key, "neither true nor false");
	return json_is_true(value);
}

uint64_t json_keys_hexadecimal(struct json_keys *k, const json_t *object,
			       const char *key, const char *prefix)
{
	const char *text = json_keys_text(k, object, key), *digits;
	uint64_t number;
	char *end;

	if (!text)
		return 0;
	digits = text + strlen(prefix);
	errno = 0;
	if (strncmp(text, prefix, strlen(prefix)) == 0 &&
	    strspn(digits, "0123456789abcdef") == strlen(digits) && *digits) {
		number = strtoull(digits, &end, 16);
		if (!errno && !*end)
			return number;
	}
	json_keys_fail(k, key, "not a hexadecimal number");
	return 0;
}

json_t *json_keys_array(struct json_keys *k, const json_t *object,
			const char *key)
{
	json_t *value = json_keys_get(k, object, key);

	if (value && !json_is_array(value))
		json_keys_fail(k, key, "not an array");
	return json_is_array(value) ? value : NULL;
}

json_t *json_keys_object(struct json_keys *k, const json_t *object,
			 const char *key)
{
	json_t *value = json_keys_get(k, object, key);

	if (value && !json_is_object(value))
		json_keys_fail(k, key, "not an object");
	return json_is_object(value) ? value : NULL;
}
