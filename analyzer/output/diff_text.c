/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff.h"
static void print(const struct output_run *run, const struct diff_view *view)
{
	fprintf(run->file, "%zu of %zu rows changed\n", view->comparison->changed_count, view->comparison->row_count);
}
const struct diff_output diff_output_text = { .name = "text", .default_limit = 10, .print = print };
