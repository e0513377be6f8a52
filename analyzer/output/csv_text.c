/* SPDX-License-Identifier: MIT */
#include "analyzer/output/csv_text.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/text.h"
#include "analyzer/text_stream.h"

void csv_put_text(FILE *file, const char *text)
{
	char *clean = text_utf8(text, strlen(text));

	fputc('"', file);
	for (const char *c = clean; *c; c++) {
		if (*c == '"')
			fputc('"', file);
		fputc(*c, file);
	}
	fputc('"', file);
	free(clean);
}

void csv_put_frames(FILE *file, const struct frame_list *list)
{
	struct text_stream stream;
	FILE *all = text_stream_open(&stream);
	char *text;

	for (size_t i = 0; i < list->count; i++)
		fprintf(all, "%s%s", i > 0 ? " < " : "",
			frame_name(&list->frames[i]));
	if (list->truncated)
		fputs(list->count > 0 ? " < ..." : "...", all);
	text = text_stream_close(&stream);
	csv_put_text(file, text);
	free(text);
}
