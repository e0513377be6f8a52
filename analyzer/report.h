/* SPDX-License-Identifier: MIT */
/*
 * What `heapwise report` shows of one recording: its profile, grouped and
 * sorted, with the means to name each row. The outputs only read it.
 */
#ifndef ANALYZER_REPORT_H
#define ANALYZER_REPORT_H

#include "analyzer/charts.h"
#include "analyzer/frame.h"
#include "analyzer/grouping.h"
#include "analyzer/patterns.h"
#include "analyzer/profile.h"
#include "analyzer/site_id.h"
#include "analyzer/stack_filter.h"

enum report_by {
	REPORT_BY_SITE,
	REPORT_BY_FUNCTION,
	REPORT_BY_FILE,
	REPORT_BY_LINE,
	REPORT_BY_MODULE,
	REPORT_BY_THREAD,
	REPORT_BY_SIZE,
};

/* Most first, except that NAME order breaks ties. */
enum report_sort {
	REPORT_SORT_ALLOCATIONS,
	REPORT_SORT_BYTES,
	REPORT_SORT_PEAK,    /* a row's own peak */
	REPORT_SORT_AT_PEAK, /* live at the process's peak */
	REPORT_SORT_LEAKED,
	REPORT_SORT_TEMPORARY,
	REPORT_SORT_SIZE,     /* mean */
	REPORT_SORT_LIFETIME, /* mean */
	REPORT_SORT_BLOCKS,   /* leaked; at a moment, live then */
};

/* A moment whose live blocks are shown: at the end they are leaked. */
enum report_at {
	REPORT_AT_END,
	REPORT_AT_PEAK,
	REPORT_AT_TIME, /* to_ns, where the window ends */
};

enum report_tree {
	REPORT_NO_TREE,
	REPORT_TREE_UP,	  /* from the allocation to its callers */
	REPORT_TREE_DOWN, /* from main() */
};

/* Zeroed: everything, by site. */
struct report_options {
	enum report_by by;
	enum report_sort sort;
	bool unsorted; /* rows by first allocation: saves time */
	bool ages; /* as in struct profile_view */
	bool lifetimes; /* see profile_lifetimes() */
	bool has_from, has_to;
	double from_ns, to_ns; /* of the run */
	enum report_at at;
	struct patterns focus, ignore; /* the caller's to release */
	uint32_t temporary_distance;
	bool all_frames; /* the allocator's and the library's too */
	bool full_names;
	size_t frames; /* shown of a site; 0: as many as tell, SIZE_MAX: all */
	enum report_tree tree;
	double min_share; /* of a node of the tree, 0 to 1 */
	unsigned int charts; /* enum chart_kind */
	const struct debug_search *search; /* NULL: the usual places */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *progress_context;
};

struct report {
	const char *path; /* as the user gave it */
	struct report_options options;
	struct recording *recording;
	struct profile *profile;
	struct symbolizer *symbols;
	struct site_ids ids;	  /* by site */
	struct grouping grouping; /* by function, file, line and module */
	struct stack_filter *filter; /* if there are patterns */
	const struct site **rows; /* sorted */
	size_t row_count;
	struct charts charts;
	uint64_t lost_events; /* that the dump should have and has not */
};

/* The words of --by and --sort; -1 if it is none of them. */
int report_by_named(const char *word);
int report_sort_named(const char *word);
/* The word of --metric: an enum profile_figure, or -1. */
int report_metric_named(const char *word);
/* Files below the directory that the program ran in are shown without it. */
const char *report_file(const struct report *report, const char *file);
const char *report_file_in(const char *directory, const char *file);
/* The figure that --sort stands for, if it is one that adds up, else -1. */
int report_sort_figure(enum report_sort sort);
const char *report_by_name(enum report_by by);
const char *report_sort_name(enum report_sort sort);

/* Does what is looked at end before the run does? What was still live then
 * counts as leaked, but need not be. */
bool report_ends_early(const struct report *report);

/* Replays. The recording must outlive the report. */
struct report *report_new(struct recording *recording, const char *path,
			  const struct report_options *options);
void report_free(struct report *report);

/* What a row stands for, when not by site: a function, a file, a file and line,
 * a module's file name, a thread's name, a size. Fresh; unescaped. */
char *report_row_name(const struct report *report, const struct site *row);

/* By function, file, line or module: the group of a row; else NULL. */
const struct group *report_row_group(const struct report *report,
				     const struct site *row);

/* Mean requested size, bytes; NAN without allocations. */
double report_mean_size(const struct report *report, const struct site *row);
/* Mean lifetime of its blocks freed, ns; NAN if none was. */
struct estimate report_mean_lifetime(const struct report *report,
				     const struct site *row);
/* Its value. */
double report_mean_lifetime_ns(const struct report *report,
			       const struct site *row);
/* Temporary allocations of all, 0 to 1; NAN without allocations. */
double report_temporary_ratio(const struct report *report,
			      const struct site *row);

#endif
