/* SPDX-License-Identifier: MIT */
#include "analyzer/report.h"
#include "analyzer/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct word {
	const char *word;
	int value;
};

static const struct word by_words[] = {
	{ "site", REPORT_BY_SITE },	{ "function", REPORT_BY_FUNCTION },
	{ "file", REPORT_BY_FILE },	{ "line", REPORT_BY_LINE },
	{ "module", REPORT_BY_MODULE }, { "thread", REPORT_BY_THREAD },
	{ "size", REPORT_BY_SIZE },
};

/* The first of equal values is the one that is shown. */
static const struct word sort_words[] = {
	{ "allocations", REPORT_SORT_ALLOCATIONS },
	{ "calls", REPORT_SORT_ALLOCATIONS },
	{ "bytes", REPORT_SORT_BYTES },
	{ "peak", REPORT_SORT_PEAK },
	{ "at-peak", REPORT_SORT_AT_PEAK },
	{ "leaked", REPORT_SORT_LEAKED },
	{ "temporary", REPORT_SORT_TEMPORARY },
	{ "size", REPORT_SORT_SIZE },
	{ "lifetime", REPORT_SORT_LIFETIME },
	{ "blocks", REPORT_SORT_BLOCKS },
};

static const struct word metric_words[] = {
	{ "allocations", FIGURE_ALLOCATIONS },
	{ "calls", FIGURE_ALLOCATIONS },
	{ "bytes", FIGURE_BYTES_ALLOCATED },
	{ "peak", FIGURE_PEAK_BYTES },
	{ "at-peak", FIGURE_AT_PEAK_BYTES },
	{ "leaked", FIGURE_LEAKED_BYTES },
	{ "temporary", FIGURE_TEMPORARY },
};

static int find_word(const struct word *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].value;
	return -1;
}

static const char *find_value(const struct word *words, size_t count, int value)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].value == value)
			return words[i].word;
	return "";
}

int report_by_named(const char *word)
{
	return find_word(by_words, COUNT(by_words), word);
}

int report_sort_named(const char *word)
{
	return find_word(sort_words, COUNT(sort_words), word);
}

int report_metric_named(const char *word)
{
	return find_word(metric_words, COUNT(metric_words), word);
}

const char *report_by_name(enum report_by by)
{
	return find_value(by_words, COUNT(by_words), by);
}

const char *report_sort_name(enum report_sort sort)
{
	return find_value(sort_words, COUNT(sort_words), sort);
}

int report_sort_figure(enum report_sort sort)
{
	static const int sort_figures[] = {
		[REPORT_SORT_ALLOCATIONS] = FIGURE_ALLOCATIONS,
		[REPORT_SORT_BYTES] = FIGURE_BYTES_ALLOCATED,
		[REPORT_SORT_PEAK] = -1,
		[REPORT_SORT_AT_PEAK] = FIGURE_AT_PEAK_BYTES,
		[REPORT_SORT_LEAKED] = FIGURE_LEAKED_BYTES,
		[REPORT_SORT_TEMPORARY] = FIGURE_TEMPORARY,
		[REPORT_SORT_SIZE] = -1,
		[REPORT_SORT_LIFETIME] = -1,
		[REPORT_SORT_BLOCKS] = FIGURE_LEAKED_BLOCKS,
	};

	return sort_figures[sort];
}

const char *report_file_in(const char *directory, const char *file)
{
	size_t len = strlen(directory);

	if (len > 1 && strncmp(file, directory, len) == 0 && file[len] == '/')
		return file + len + 1;
	return file;
}

const char *report_file(const struct report *report, const char *file)
{
	return report_file_in(report->recording->model.meta.directory, file);
}

bool report_ends_early(const struct report *report)
{
	const struct report_options *o = &report->options;

	return o->has_to && o->to_ns < report->profile->run_ns;
}

static double figure(const struct report *report, const struct site *row,
		     enum profile_figure which)
{
	return profile_figure(report->profile, row, which).value;
}

double report_mean_size(const struct report *report, const struct site *row)
{
	return figure(report, row, FIGURE_BYTES_ALLOCATED) /
	       figure(report, row, FIGURE_ALLOCATIONS);
}

struct estimate report_mean_lifetime(const struct report *report,
				     const struct site *row)
{
	return profile_mean_lifetime(report->profile, report->recording, row);
}

double report_mean_lifetime_ns(const struct report *report,
			       const struct site *row)
{
	return report_mean_lifetime(report, row).value;
}

double report_temporary_ratio(const struct report *report,
			      const struct site *row)
{
	return figure(report, row, FIGURE_TEMPORARY) /
	       figure(report, row, FIGURE_ALLOCATIONS);
}

static double sort_value(const struct report *report, const struct site *row)
{
	double value = 0;

	switch (report->options.sort) {
	case REPORT_SORT_PEAK:
		return figure(report, row, FIGURE_PEAK_BYTES);
	case REPORT_SORT_SIZE:
		value = report_mean_size(report, row);
		break;
	case REPORT_SORT_LIFETIME:
		value = report_mean_lifetime_ns(report, row);
		break;
	default:
		value = figure(report, row, (enum profile_figure)
			       report_sort_figure(report->options.sort));
	}
	return isnan(value) ? -1 : value;
}

struct ranked {
	const struct site *row;
	double value;
	double bytes;
	uint64_t order; /* the same in every run */
};

static int by_value(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->value != b->value)
		return a->value > b->value ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static uint64_t row_order(const struct report *report, const struct site *row)
{
	if (report->options.by == REPORT_BY_SITE &&
	    row->stack < report->ids.count)
		return report->ids.hashes[row->stack];
	return row->key;
}

/* Of a moment, only what was live then. */
static bool is_there(const struct report *report, const struct site *row)
{
	return report->options.at == REPORT_AT_END || row->live_blocks > 0;
}

static void list_rows(struct report *report)
{
	const struct profile *profile = report->profile;

	report->rows = xcalloc(profile->site_count + 1, sizeof(*report->rows));
	for (size_t i = 0; i < profile->site_count; i++) {
		const struct site *row = &profile->sites[i];

		if (row->allocations > 0 && is_there(report, row))
			report->rows[report->row_count++] = row;
	}
}

static void sort_rows(struct report *report)
{
	const struct profile *profile = report->profile;
	struct ranked *ranked =
		xcalloc(profile->site_count + 1, sizeof(*ranked));
	size_t count = 0;

	for (size_t i = 0; i < profile->site_count; i++) {
		const struct site *row = &profile->sites[i];

		if (row->allocations == 0 || !is_there(report, row))
			continue;
		ranked[count++] = (struct ranked){
			.row = row,
			.value = sort_value(report, row),
			.bytes = figure(report, row, FIGURE_BYTES_ALLOCATED),
			.order = row_order(report, row),
		};
	}
	qsort(ranked, count, sizeof(*ranked), by_value);
	report->rows = xcalloc(count + 1, sizeof(*report->rows));
	report->row_count = count;
	for (size_t i = 0; i < count; i++)
		report->rows[i] = ranked[i].row;
	free(ranked);
}

static void prepare_groups(struct report *report, struct profile_view *view)
{
	static const enum grouping_by words[] = {
		[REPORT_BY_FUNCTION] = GROUPING_BY_FUNCTION,
		[REPORT_BY_FILE] = GROUPING_BY_FILE,
		[REPORT_BY_LINE] = GROUPING_BY_LINE,
		[REPORT_BY_MODULE] = GROUPING_BY_MODULE,
	};
	const struct grouping_options options = {
		.by = words[report->options.by],
		.all_frames = report->options.all_frames,
	};

	grouping_init(&report->grouping, &report->recording->model,
		      report->symbols, &options);
	view->group_of = grouping_of;
	view->group_context = &report->grouping;
}

static void prepare_selection(struct report *report, struct selection *s)
{
	const struct report_options *options = &report->options;
	const struct model *model = &report->recording->model;

	s->windowed = options->has_from || options->has_to;
	s->from_tick = options->has_from ?
			       model_tick_at(model, options->from_ns) :
			       0;
	s->to_tick = options->has_to ? model_tick_at(model, options->to_ns) :
				       UINT64_MAX;
	if (options->focus.count == 0 && options->ignore.count == 0)
		return;
	report->filter = stack_filter_new(model, report->symbols,
					  &report->options.focus,
					  &report->options.ignore);
	s->shows = stack_filter_shows;
	s->context = report->filter;
}

/* Prepares what the view needs; returns memory to free after the replay. */
static uint32_t *prepare_view(struct report *report, struct profile_view *view)
{
	const struct model *model = &report->recording->model;
	uint32_t *merged = NULL;

	switch (report->options.by) {
	case REPORT_BY_THREAD:
		view->by = PROFILE_BY_THREAD;
		break;
	case REPORT_BY_SIZE:
		view->by = PROFILE_BY_SIZE;
		break;
	case REPORT_BY_SITE:
		site_ids_init(&report->ids, model);
		merged = site_ids_merge(&report->ids, model);
		view->groups = merged;
		view->group_count = report->ids.count;
		break;
	default:
		prepare_groups(report, view);
	}
	prepare_selection(report, &view->selection);
	return merged;
}

static uint64_t count_lost(const struct report *report)
{
	const uint64_t *stats = report->recording->model.stats;

	return stats[STAT_DROPPED_EVENTS] + stats[STAT_EARLY_EVENTS] +
	       stats[STAT_NESTED_DROPPED] +
	       report->profile->counts.lost_events;
}

struct report *report_new(struct recording *recording, const char *path,
			  const struct report_options *options)
{
	struct report *report = xcalloc(1, sizeof(*report));
	struct profile_view view = {
		.ages = options->ages,
		.lifetimes = options->lifetimes,
		.by = PROFILE_BY_STACK,
		.temporary_distance = options->temporary_distance,
		.live_at_peak = options->at == REPORT_AT_PEAK,
		.progress = options->progress,
		.progress_context = options->progress_context,
	};
	uint32_t *merged;

	report->path = path;
	report->options = *options;
	report->recording = recording;
	report->symbols = symbolizer_new(&recording->model, options->search);
	merged = prepare_view(report, &view);
	charts_init(&report->charts, &recording->model, options->charts);
	view.observer = charts_observer(&report->charts);
	profile_run(&report->profile, recording, &view);
	charts_finish(&report->charts, &recording->model,
		      report_ends_early(report) ? options->to_ns :
						  report->profile->run_ns);
	free(merged);
	report->lost_events = count_lost(report);
	if (options->unsorted)
		list_rows(report);
	else
		sort_rows(report);
	return report;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	free(report->rows);
	profile_free(report->profile);
	symbolizer_free(report->symbols);
	site_ids_release(&report->ids);
	grouping_release(&report->grouping);
	stack_filter_free(report->filter);
	charts_release(&report->charts);
	free(report);
}

const struct group *report_row_group(const struct report *report,
				     const struct site *row)
{
	return row->key < report->grouping.count ?
		       &report->grouping.groups[row->key] :
		       report->grouping.groups;
}

static char *group_name(const struct report *report, const struct site *row)
{
	const struct group *group = report_row_group(report, row);

	if (group->file && group->line)
		return xasprintf("%s:%d", report_file(report, group->file),
				 group->line);
	if (group->file)
		return xasprintf("%s", report_file(report, group->file));
	if (group->function)
		return xasprintf("%s", group->function);
	if (report->options.by != REPORT_BY_MODULE)
		return xasprintf("%s", group->place);
	return xasprintf("%s", group->module ? symbol_basename(group->module) :
					       "(in no module)");
}

static char *thread_name(const struct report *report, uint32_t serial)
{
	const struct model_thread *thread =
		model_thread(&report->recording->model, serial);

	if (!thread)
		return xasprintf("thread #%" PRIu32, serial);
	if (*thread->name)
		return xasprintf("%s [%" PRIu32 "]", thread->name, thread->tid);
	return xasprintf("[%" PRIu32 "]", thread->tid);
}

static char *size_name(uint32_t size_class)
{
	uint64_t low, high;

	profile_size_bounds(size_class, &low, &high);
	if (low == high)
		return xasprintf("%" PRIu64, low);
	return xasprintf("%" PRIu64 "-%" PRIu64, low, high);
}

char *report_row_name(const struct report *report, const struct site *row)
{
	switch (report->options.by) {
	case REPORT_BY_THREAD:
		return thread_name(report, row->key);
	case REPORT_BY_SIZE:
		return size_name(row->key);
	case REPORT_BY_SITE:
		return xasprintf("%s", "");
	default:
		return group_name(report, row);
	}
}
