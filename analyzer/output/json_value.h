/* SPDX-License-Identifier: MIT */
/*
 * Values of JSON as our outputs write them: whole numbers, null for what is no
 * number, text made valid, an interval beside an estimate. Each is a new
 * reference; lack of memory ends as everywhere.
 */
#ifndef ANALYZER_OUTPUT_JSON_VALUE_H
#define ANALYZER_OUTPUT_JSON_VALUE_H

#include <jansson.h>

#include "analyzer/output/output.h"

/* Takes the value. */
void json_value_set(json_t *object, const char *key, json_t *value);
void json_value_append(json_t *array, json_t *value);

/* Rounded; null unless finite. */
json_t *json_value_whole(double value);
/* As that, written at once. */
void json_value_put_whole(FILE *file, double value);
/* Bytes of a dump; NULL is null. */
json_t *json_value_text(const char *text);

/* KEY, and of a sample KEY_low and KEY_high. */
void json_value_set_estimate(json_t *object, const char *key,
			     const struct estimate *e);

/* Those of an object, as text without its braces, which the caller frees; lets go
 * of the object. */
char *json_value_members(json_t *object);

/* "KEY": VALUE on the run's stream, then a comma and a newline; lets go of the
 * value. */
void json_value_print_key(const struct output_run *run, const char *key,
			  json_t *value);
/* The value alone. */
void json_value_print(const struct output_run *run, json_t *value);

#endif
