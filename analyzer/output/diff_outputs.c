/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff.h"

#include <string.h>

static const struct diff_output *const outputs[] = {
	&diff_output_text,
	&diff_output_json,
	&diff_output_markdown,
	&diff_output_folded,
	&diff_output_pprof,
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const struct diff_output *diff_output_at(size_t index)
{
	return index < COUNT(outputs) ? outputs[index] : NULL;
}

const struct diff_output *diff_output_named(const char *name)
{
	for (size_t i = 0; i < COUNT(outputs); i++)
		if (strcmp(outputs[i]->name, name) == 0)
			return outputs[i];
	return NULL;
}
