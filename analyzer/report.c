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

double report_mean_lifetime_ns(const struct report *report,
			       const struct site *row)
{
	return profile_mean_lifetime_ns(report->profile, report->recording,
					row);
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
	case REPORT_SORT_ALLOCATIONS:
		return figure(report, row, FIGURE_ALLOCATIONS);
	case REPORT_SORT_BYTES:
		return figure(report, row, FIGURE_BYTES_ALLOCATED);
	case REPORT_SORT_PEAK:
		return figure(report, row, FIGURE_PEAK_BYTES);
	case REPORT_SORT_AT_PEAK:
		return figure(report, row, FIGURE_AT_PEAK_BYTES);
	case REPORT_SORT_LEAKED:
		return figure(report, row, FIGURE_LEAKED_BYTES);
	case REPORT_SORT_TEMPORARY:
		return figure(report, row, FIGURE_TEMPORARY);
	case REPORT_SORT_SIZE:
		value = report_mean_size(report, row);
		break;
	case REPORT_SORT_LIFETIME:
		value = report_mean_lifetime_ns(report, row);
		break;
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

static void sort_rows(struct report *report)
{
	const struct profile *profile = report->profile;
	struct ranked *ranked =
		xcalloc(profile->site_count + 1, sizeof(*ranked));
	size_t count = 0;

	for (size_t i = 0; i < profile->site_count; i++) {
		const struct site *row = &profile->sites[i];

		if (row->allocations == 0)
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

/* Prepares what the view needs; returns memory to free after the replay. */
static uint32_t *prepare_view(struct report *report, struct profile_view *view)
{
	const struct model *model = &report->recording->model;
	enum report_by by = report->options.by;
	uint32_t *merged = NULL;

	view->by = by == REPORT_BY_THREAD ? PROFILE_BY_THREAD :
		   by == REPORT_BY_SIZE	  ? PROFILE_BY_SIZE :
					    PROFILE_BY_STACK;
	if (by == REPORT_BY_SITE) {
		site_ids_init(&report->ids, model);
		merged = site_ids_merge(&report->ids, model);
		view->groups = merged;
		view->group_count = report->ids.count;
	} else if (by == REPORT_BY_FUNCTION || by == REPORT_BY_MODULE) {
		grouping_init(&report->grouping, model, report->symbols,
			      by == REPORT_BY_MODULE);
		view->groups = report->grouping.of_stack;
		view->group_count = report->grouping.count;
	}
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
		.progress = options->progress,
		.progress_context = options->progress_context,
	};
	uint32_t *merged;

	report->path = path;
	report->options = *options;
	report->recording = recording;
	report->symbols = symbolizer_new(&recording->model, options->search);
	merged = prepare_view(report, &view);
	profile_run(&report->profile, recording, &view);
	free(merged);
	report->lost_events = count_lost(report);
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
	free(report);
}

const struct group *report_row_group(const struct report *report,
				     const struct site *row)
{
	return row->key < report->grouping.count ?
		       &report->grouping.groups[row->key] :
		       &report->grouping.groups[0];
}

static char *group_name(const struct report *report, const struct site *row)
{
	const struct group *group = report_row_group(report, row);

	if (group->function)
		return xasprintf("%s", group->function);
	if (report->options.by == REPORT_BY_FUNCTION)
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
