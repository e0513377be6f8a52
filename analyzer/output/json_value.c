/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

#define WHOLE_MAX 9e18 /* JSON integers are signed */

void json_value_set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new_nocheck(object, key, value))
		memory_exhausted();
}

void json_value_append(json_t *array, json_t *value)
{
	if (!value || json_array_append_new(array, value))
		memory_exhausted();
}

static json_int_t whole(double value)
{
	return value >= WHOLE_MAX ? INT64_MAX : (json_int_t)llround(value);
}

json_t *json_value_whole(double value)
{
	return isfinite(value) ? json_integer(whole(value)) : json_null();
}

void json_value_put_whole(FILE *file, double value)
{
	if (isfinite(value))
		fprintf(file, "%" JSON_INTEGER_FORMAT, whole(value));
	else
		fputs("null", file);
}

json_t *json_value_text(const char *text)
{
	json_t *value;
	char *clean;

	if (!text)
		return json_null();
	clean = text_utf8(text, strlen(text));
	value = json_string(clean);
	free(clean);
	return value;
}

void json_value_set_estimate(json_t *object, const char *key,
			     const struct estimate *e)
{
	char name[64];

	json_value_set(object, key, json_value_whole(e->value));
	if (e->exact)
		return;
	snprintf(name, sizeof(name), "%s_low", key);
	json_value_set(object, name, json_value_whole(floor(e->low)));
	snprintf(name, sizeof(name), "%s_high", key);
	json_value_set(object, name, json_value_whole(ceil(e->high)));
}

char *json_value_members(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	size_t len;

	if (!text)
		memory_exhausted();
	json_decref(object);
	len = strlen(text) - 2;
	memmove(text, text + 1, len);
	text[len] = '\0';
	return text;
}

void json_value_print(const struct output_run *run, json_t *value)
{
	if (!value)
		memory_exhausted();
	json_dumpf(value, run->file,
		   JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
	json_decref(value);
}

void json_value_print_key(const struct output_run *run, const char *key,
			  json_t *value)
{
	fprintf(run->file, "\"%s\": ", key);
	json_value_print(run, value);
	fputs(",\n", run->file);
}
