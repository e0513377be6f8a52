/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/dump_json.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

json_t *dump_json_string(const char *string)
{
	char *utf8 = text_utf8(string, strlen(string));
	json_t *json = json_string(utf8);

	free(utf8);
	if (!json)
		memory_exhausted();
	return json;
}

json_t *dump_json_number(uint64_t number)
{
	return number <= INT64_MAX ? json_integer((json_int_t)number) :
				     json_real((double)number);
}

json_t *dump_json_damage(const struct dump_reader *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->damage_count; i++) {
		const struct dump_damage *damage = &r->damage[i];
		json_t *one = json_object();

		json_object_set_new(one, "offset",
				    dump_json_number(damage->offset));
		json_object_set_new(one, "bytes",
				    dump_json_number(damage->bytes));
		json_object_set_new(one, "what",
				    json_string(dump_error_text(
					    damage->error)));
		json_array_append_new(array, one);
	}
	return array;
}

void dump_json_print(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}
