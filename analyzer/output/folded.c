/* SPDX-License-Identifier: MIT */
/*
 * export --format=folded: a line a site, "root;...;leaf N", for flame graphs.
 * Frames are separated by ';' and the value by the last space, so names keep
 * clear of both: as on a terminal what cannot be printed becomes \n or \xHH, a
 * ';' becomes ':'. Sites without the metric are left out, and the allocator's
 * own frames: below them, all leaves would be operator new.
 */
#include "analyzer/output/output.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

/*
 * Readers take "leaf 12 345" for two values, as of a comparison: the last space
 * of a name that ends in a number becomes '_'.
 */
static void hide_number(char *name)
{
	char *last = strrchr(name, ' ');

	if (!last || !isdigit((unsigned char)last[1]))
		return;
	if (last[1 + strspn(last + 1, "0123456789.")] == '\0')
		*last = '_';
}

/* Most names are fine as they are; there may be millions. */
static bool is_plain(const char *name)
{
	const char *c = name;

	while (*c >= ' ' && *c <= '~' && *c != ';')
		c++;
	return *c == '\0' && c > name && !isdigit((unsigned char)c[-1]) &&
	       c[-1] != '.';
}

static void put_frame(FILE *file, const char *name)
{
	char *clean;

	if (is_plain(name)) {
		fputs(name, file);
		return;
	}
	clean = text_line(name);
	for (char *c = clean; *c; c++)
		if (*c == ';')
			*c = ':';
	hide_number(clean);
	fputs(*clean ? clean : "(no name)", file);
	free(clean);
}

static void put_stack(FILE *file, const struct frame_list *list)
{
	size_t leaf = frame_list_leaf(list);
	const char *separator = "";

	if (list->truncated || list->count == 0) {
		fputs("[truncated]", file);
		separator = ";";
	}
	for (size_t i = list->count; i > leaf; i--) {
		fputs(separator, file);
		put_frame(file, frame_name(&list->frames[i - 1]));
		separator = ";";
	}
}

static void folded_report(struct output_run *run, const struct report *report)
{
	struct frame_list list = { 0 };

	for (size_t i = 0; i < report->row_count && i < run->limit; i++) {
		const struct site *row = report->rows[i];
		double value = round(profile_figure(report->profile, row,
						    run->metric).value);

		if (!(value >= 1))
			continue;
		frame_list_read(&list, report->symbols,
				&report->recording->model.stacks, row->stack);
		put_stack(run->file, &list);
		fprintf(run->file, " %.0f\n", value);
	}
	frame_list_release(&list);
}

static void folded_begin(struct output_run *run)
{
	(void)run;
}

static void folded_end(struct output_run *run)
{
	(void)run;
}

const struct output output_folded = {
	.name = "folded",
	.readers = "flamegraph.pl, inferno, speedscope: a stack a line",
	.default_limit = SIZE_MAX,
	.one_metric = true,
	.begin = folded_begin,
	.report = folded_report,
	.end = folded_end,
};
