/* SPDX-License-Identifier: MIT */
#include "analyzer/output/output.h"

#include <string.h>

static const struct output *const outputs[] = { &output_table, &output_json };

const struct output *output_named(const char *name)
{
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		if (strcmp(outputs[i]->name, name) == 0)
			return outputs[i];
	return NULL;
}
