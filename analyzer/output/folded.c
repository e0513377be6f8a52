/* SPDX-License-Identifier: MIT */
/*
 * export --format=folded: a line a site, "root;...;leaf N", for flame graphs.
 * Sites without the metric are left out, and the allocator's own frames: below
 * them, all leaves would be operator new.
 */
#include "analyzer/output/output.h"

#include <math.h>

#include "analyzer/output/folded_text.h"

static void put_stack(FILE *file, const struct frame_list *list)
{
	size_t leaf = frame_list_leaf(list);
	const char *separator = "";

	if (list->truncated || list->count == 0) {
		fputs(FOLDED_TRUNCATED, file);
		separator = ";";
	}
	for (size_t i = list->count; i > leaf; i--) {
		fputs(separator, file);
		folded_put_frame(file, frame_name(&list->frames[i - 1]));
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
		frame_budget_read(&run->frames, &list, report->symbols,
				  &report->recording->model.stacks,
				  row->stack);
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
