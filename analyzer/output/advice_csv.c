/* SPDX-License-Identifier: MIT */
/*
 * The signals of sites for spreadsheets: a header row, then one row a site, as
 * in JSON; what is inside another value has both names, as size_bytes_p50. The
 * columns are always the same; an empty cell is null.
 */
#include "analyzer/output/advice.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/csv_text.h"

/* Members of a site's object, and of theirs: a key, or an index. */
static const char *const columns[][2] = {
	{ "id", NULL }, { "allocations", NULL }, { "bytes_allocated", NULL },
	{ "samples", NULL }, { "frees", NULL }, { "reallocs", NULL },
	{ "rate_per_second", NULL }, { "quarters", "0" }, { "quarters", "1" },
	{ "quarters", "2" }, { "quarters", "3" }, { "size_bytes", "p50" },
	{ "size_bytes", "p90" }, { "size_bytes", "p99" },
	{ "usable_bytes", NULL }, { "usable_share", NULL },
	{ "live_max", NULL }, { "live_max_bytes", NULL }, { "live_end", NULL },
	{ "at_peak", NULL }, { "at_peak_bytes", NULL },
	{ "at_peak_waste_bytes", NULL }, { "survivors", NULL },
	{ "old_survivors", NULL }, { "calloc_calls", NULL },
	{ "calloc_bytes", NULL }, { "lifetime_ns", "p50" },
	{ "lifetime_ns", "p90" }, { "lifetime_ns", "p99" },
	{ "lifetime_bytes", "p50" }, { "lifetime_bytes", "p90" },
	{ "lifetime_bytes", "p99" }, { "lifetime_allocations", "p50" },
	{ "lifetime_allocations", "p90" }, { "lifetime_allocations", "p99" },
	{ "temporary_share", "0" }, { "temporary_share", "1" },
	{ "temporary_share", "2" }, { "temporary_share", "3" },
	{ "far_free_share", NULL }, { "same_caller_share", NULL },
	{ "lifo_share", NULL }, { "threads", NULL },
	{ "thread_live_max", NULL }, { "in_turn_share", NULL },
	{ "cache_hits", NULL }, { "allocation_ns", "p10" },
	{ "allocation_ns", "p50" }, { "allocation_ns", "mean" },
	{ "allocation_ns", "timed" }, { "free_ns", "p10" },
	{ "free_ns", "p50" }, { "free_ns", "mean" }, { "free_ns", "timed" },
	{ "growth", "blocks" }, { "growth", "steps" },
	{ "growth", "hidden_steps" }, { "growth", "copied_bytes" },
	{ "growth", "final_bytes" }, { "pool", "cap" }, { "pool", "hit_share" },
	{ "pool", "bound_share" }, { "pool", "idle_bytes" },
	{ "pool", "idle_end_bytes" }, { "pool", "waste_bytes" },
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

static void put_header(FILE *file)
{
	const struct detector *detector;

	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(file, "%s%s%s%s", i > 0 ? "," : "", columns[i][0],
			columns[i][1] ? "_" : "",
			columns[i][1] ? columns[i][1] : "");
	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++)
		fprintf(file, ",%s", detector->id);
	fputs(",frames\r\n", file);
}

static void put_value(FILE *file, const json_t *value)
{
	if (json_is_string(value))
		csv_put_text(file, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(file, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		fprintf(file, "%.6g", json_real_value(value));
}

static const json_t *member(const json_t *site, const char *const names[2])
{
	const json_t *value = json_object_get(site, names[0]);

	if (!names[1])
		return value;
	if (json_is_array(value))
		return json_array_get(value, (size_t)atoi(names[1]));
	return json_object_get(value, names[1]);
}

static void put_row(FILE *file, const struct advice *advice,
		    const struct signals *signals)
{
	const struct finding at = {
		.stack = signals->site->stack,
		.place = signals->site->place,
	};
	json_t *site = advice_site_object(advice, signals), *verdict;
	struct frame_list list = { 0 };
	size_t index;

	for (size_t i = 0; i < COLUMNS; i++) {
		fputs(i > 0 ? "," : "", file);
		put_value(file, member(site, columns[i]));
	}
	json_array_foreach(json_object_get(site, "verdicts"), index, verdict)
	{
		fputc(',', file);
		put_value(file, json_object_get(verdict, "verdict"));
	}
	advice_frames(&list, advice, &at);
	fputc(',', file);
	csv_put_frames(file, &list);
	fputs("\r\n", file);
	frame_list_release(&list);
	json_decref(site);
}

void advice_csv_print(const struct output_run *run, const struct advice *advice)
{
	put_header(run->file);
	for (size_t i = 0; i < advice->pass.count; i++)
		put_row(run->file, advice, &advice->pass.candidates[i]);
}
