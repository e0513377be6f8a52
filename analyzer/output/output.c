/* SPDX-License-Identifier: MIT */
#include "analyzer/output/output.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct output *const exports[] = {
	&output_pprof, &output_folded, &output_speedscope, &output_dhat,
	&output_csv,   &output_json,
};

const struct output *output_export(size_t index)
{
	return index < COUNT(exports) ? exports[index] : NULL;
}

const struct output *output_export_named(const char *name)
{
	for (size_t i = 0; i < COUNT(exports); i++)
		if (strcmp(exports[i]->name, name) == 0)
			return exports[i];
	return NULL;
}
