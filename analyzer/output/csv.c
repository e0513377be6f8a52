/* SPDX-License-Identifier: MIT */
/*
 * export --format=csv: a header row, then one row a site, quoted as RFC 4180
 * says. Frames stand in one cell, leaf first, joined by " < ".
 */
#include "analyzer/output/csv_text.h"
#include "analyzer/output/output.h"

#include <math.h>

/* An empty cell where there is no such number. */
static void put_number(FILE *file, double value)
{
	fputc(',', file);
	if (isfinite(value))
		fprintf(file, "%.0f", value);
}

static void put_header(const struct output_run *run, bool sampled)
{
	fputs("id", run->file);
	for (size_t i = 0; i < OUTPUT_FIGURES; i++) {
		fprintf(run->file, ",%s", output_figures[i].key);
		if (sampled)
			fprintf(run->file, ",%s_low,%s_high", output_figures[i].key,
				output_figures[i].key);
	}
	fputs(",mean_size_bytes,mean_lifetime_ns", run->file);
	if (sampled)
		fputs(",mean_lifetime_ns_low,mean_lifetime_ns_high", run->file);
	fputs(",frames\r\n", run->file);
}

static void put_frames(struct output_run *run, const struct report *report,
		       const struct site *row)
{
	struct frame_list list = { 0 };

	frame_budget_read(&run->frames, &list, report->symbols,
			  &report->recording->model.stacks, row->stack);
	fputc(',', run->file);
	csv_put_frames(run->file, &list);
	frame_list_release(&list);
}

static void put_row(struct output_run *run, const struct report *report,
		    const struct site *row)
{
	FILE *file = run->file;
	struct estimate life = report_mean_lifetime(report, row);
	char id[SITE_ID_BYTES];

	site_id_text(id, &report->ids, row->stack);
	fputs(id, file);
	for (size_t i = 0; i < OUTPUT_FIGURES; i++) {
		struct estimate e = profile_figure(report->profile, row,
						   output_figures[i].figure);

		put_number(file, e.value);
		if (report->profile->sampled) {
			put_number(file, floor(e.low));
			put_number(file, ceil(e.high));
		}
	}
	put_number(file, report_mean_size(report, row));
	put_number(file, life.value);
	if (report->profile->sampled) {
		put_number(file, life.low);
		put_number(file, life.high);
	}
	put_frames(run, report, row);
	fputs("\r\n", file);
}

static void csv_begin(struct output_run *run)
{
	(void)run;
}

static void csv_report(struct output_run *run, const struct report *report)
{
	put_header(run, report->profile->sampled);
	for (size_t i = 0; i < report->row_count && i < run->limit; i++)
		put_row(run, report, report->rows[i]);
}

static void csv_end(struct output_run *run)
{
	(void)run;
}

const struct output output_csv = {
	.name = "csv",
	.readers = "spreadsheets, R, pandas: a row a site",
	.default_limit = SIZE_MAX,
	.begin = csv_begin,
	.report = csv_report,
	.end = csv_end,
};
