/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

void json_text_put(FILE *file, const char *text)
{
	char *clean = text_utf8(text, strlen(text));
	json_t *value = json_string(clean);

	free(clean);
	if (!value)
		memory_exhausted();
	/* Whether it could be written is for the command to ask the stream. */
	json_dumpf(value, file, JSON_ENCODE_ANY);
	json_decref(value);
}

void json_text_put_figure(FILE *file, double value)
{
	fprintf(file, "%.0f", isfinite(value) && value > 0 ? value : 0.0);
}
