/* SPDX-License-Identifier: MIT */
/*
 * JSON of what info and check show alike. Values are new references; lack of
 * memory ends as everywhere.
 */
#ifndef ANALYZER_CMD_DUMP_JSON_H
#define ANALYZER_CMD_DUMP_JSON_H

#include <jansson.h>

#include "analyzer/dump_reader.h"

/* Any bytes: made valid UTF-8. */
json_t *dump_json_string(const char *string);
/* JSON integers are signed: larger numbers become real. */
json_t *dump_json_number(uint64_t number);
/* An array of {offset, bytes, what}. */
json_t *dump_json_damage(const struct dump_reader *r);
/* On standard output, and frees it. */
void dump_json_print(json_t *root);

#endif
