/* SPDX-License-Identifier: MIT */
/*
 * Two sides of one or several runs each, row by row: what each row was, what it
 * is, by how much it changed, and whether that is more than chance. A side's
 * value is the median of its runs; a run in which a row is missing has 0 there.
 *
 *	comparison_init(&comparison, &options);
 *	pools = comparison_pools(&comparison);
 *	comparison_add(&comparison, COMPARISON_OLD, snapshot_new(report, &pools));
 *	...
 *	comparison_finish(&comparison);
 *	comparison_show(&comparison, limit);
 */
#ifndef ANALYZER_DIFF_COMPARISON_H
#define ANALYZER_DIFF_COMPARISON_H

#include "analyzer/diff/match.h"
#include "analyzer/diff/naming.h"

enum comparison_side { COMPARISON_OLD, COMPARISON_NEW, COMPARISON_SIDES };

/* What is compared; one bit each in comparison_options.metrics. */
enum comparison_metric {
	METRIC_CALLS,
	METRIC_BYTES,
	METRIC_PEAK, /* a row's own; of the total the process's */
	METRIC_LEAKED, /* bytes; at a moment, live then */
	METRIC_TEMPORARY,
	METRIC_LEAKED_BLOCKS,
	METRIC_AT_PEAK, /* live when the process had its peak */
	COMPARISON_METRICS,
};

#define METRIC_BIT(metric) (1u << (metric))
/* Those that are looked at unless one is named. */
#define METRICS_USUAL                                                \
	(METRIC_BIT(METRIC_CALLS) | METRIC_BIT(METRIC_BYTES) |       \
	 METRIC_BIT(METRIC_PEAK) | METRIC_BIT(METRIC_LEAKED) |       \
	 METRIC_BIT(METRIC_TEMPORARY))

enum comparison_sort {
	COMPARISON_SORT_CHANGE, /* share of the total that it moved */
	COMPARISON_SORT_DELTA,
	COMPARISON_SORT_RELATIVE,
	COMPARISON_SORT_OLD,
	COMPARISON_SORT_NEW,
};

enum comparison_scaling {
	COMPARISON_UNSCALED,
	COMPARISON_BY_RUNTIME,
	COMPARISON_BY_ALLOCATIONS,
	COMPARISON_BY_VALUE,
};

/* Changes below both are not worth showing: see comparison_judge(). */
#define COMPARISON_FLOOR_SHARE 0.001 /* of the larger side's total */
#define COMPARISON_FLOOR_COUNT 1     /* allocations, blocks */
#define COMPARISON_FLOOR_BYTES 16

struct comparison_options {
	unsigned int metrics; /* bits; 0: METRICS_USUAL */
	unsigned int judged; /* bits of others to judge, though not shown */
	enum comparison_sort sort;
	enum comparison_scaling scaling;
	double scale;	    /* BY_VALUE: the new side's figures times this */
	double floor_share; /* of a total, at least; negative: the default */
	struct naming_options naming;
};

/* How a verdict was come to. */
enum comparison_test {
	COMPARISON_TEST_NONE,  /* not judged: cannot be compared */
	COMPARISON_TEST_EXACT, /* counted: every change is real */
	COMPARISON_TEST_RANKS, /* several runs a side: Mann-Whitney */
	COMPARISON_TEST_SAMPLES, /* one sampled run a side at least: z */
};

/* Is a change real, and worth showing? */
struct comparison_verdict {
	float p; /* after Holm's correction; NAN: not tested */
	uint8_t test; /* enum comparison_test */
	bool significant; /* real, and not below the floor */
	bool below_floor;
};

struct comparison_change {
	struct estimate old, new; /* the new one scaled */
	double delta;
	double relative;  /* delta / old; INFINITY from 0; 0 from 0 to 0 */
	double low, high; /* of the delta, 95%; NAN: not known */
	struct comparison_verdict verdict;
};

/* A row of a run that is part of a row here. */
struct comparison_part {
	uint32_t run; /* in comparison.runs */
	uint32_t row; /* of its snapshot */
};

struct comparison_row {
	enum match_kind kind;
	double similarity;
	size_t first_part, part_count; /* in comparison.parts */
	uint64_t id;	/* the new side's, else the old one's */
	uint32_t code;	/* likewise; see struct snapshot_row */
	uint32_t stack; /* after comparison_name() */
	uint32_t name;
	bool unchanged; /* all was counted, and is the same in every run */
	bool merged; /* several rows of one run: its peaks are a bound */
	struct comparison_verdict verdicts[COMPARISON_METRICS];
	unsigned int significant; /* bits of metrics, of those looked at */
	bool grown; /* by what changed most */
	double weight;		  /* what rows are sorted by */
};

struct comparison_run {
	enum comparison_side side;
	struct snapshot *snapshot;
	double scale;
};

struct comparison {
	struct comparison_options options;
	struct frame_pool pool;
	struct code_pool codes;
	struct figure_table figures;
	struct naming naming; /* from comparison_finish() on */
	enum report_by by;
	enum report_at at;
	struct comparison_run *runs; /* old ones first */
	size_t run_count, run_capacity;
	size_t side_runs[COMPARISON_SIDES];
	bool sampled; /* some run is */
	/* Not all were recorded alike. The peak of a sample is the largest of
	 * many estimates, which is more than an estimate of the largest, the
	 * more so the fewer samples there are: such peaks are not judged. */
	bool unlike;
	double scale; /* of the new side, as shown; 1: none */
	struct comparison_verdict totals[COMPARISON_METRICS];
	struct comparison_row *rows; /* those that changed first, sorted */
	size_t row_count;
	size_t changed_count; /* rows with something significant */
	struct comparison_part *parts;
	size_t part_count;
	/* Several runs a side, and yet too few for any row to be told from
	 * chance; how many a side it takes. */
	bool too_few_runs;
	size_t runs_needed;
};

void comparison_init(struct comparison *comparison,
		     const struct comparison_options *options);
void comparison_release(struct comparison *comparison);

struct snapshot_pools comparison_pools(struct comparison *comparison);
/* Takes the snapshot, made with the comparison's pools. Old ones first. */
void comparison_add(struct comparison *comparison, enum comparison_side side,
		    struct snapshot *snapshot);
/* The earlier run that is of the same recording as the one added last, which
 * tells nothing of how runs vary; NULL if there is none. */
const struct snapshot *comparison_repeated(const struct comparison *comparison);
/* Once, with a run at least on each side: matches, judges, sorts. */
void comparison_finish(struct comparison *comparison);
/* Sets the stacks of rows, of which only those that had to be matched by their
 * names have them yet. */
void comparison_name(struct comparison *comparison,
		     struct comparison_row *const *rows, size_t count);
/* Sorts and names the first `count` rows; until then only those that changed
 * are sorted. Rows move. */
void comparison_show(struct comparison *comparison, size_t count);

/* The words of --metric and --sort; -1 if it is none of them. */
int comparison_metric_named(const char *word);
int comparison_sort_named(const char *word);
const char *comparison_metric_name(enum comparison_metric metric);
const char *comparison_sort_name(enum comparison_sort sort);
/* Is it a number of bytes? */
bool comparison_metric_is_bytes(enum comparison_metric metric);
enum profile_figure comparison_metric_figure(enum comparison_metric metric);

/* A side's figure of a row, scaled; row NULL: of the total. For several runs
 * the median, without an interval. */
struct estimate comparison_figure(const struct comparison *comparison,
				  const struct comparison_row *row,
				  enum comparison_side side,
				  enum profile_figure figure);
/* Of one run; several rows of it are summed. */
struct estimate comparison_run_figure(const struct comparison *comparison,
				      const struct comparison_row *row,
				      size_t run, enum profile_figure figure);

/* Sorts the values. 0 of none. */
double comparison_median(double *values, size_t count);

/* New less old; row NULL: of the total. */
double comparison_delta(const struct comparison *comparison,
			const struct comparison_row *row,
			enum comparison_metric metric);

/* All of what became of a metric; row NULL: of the total. */
struct comparison_change
comparison_change(const struct comparison *comparison,
		  const struct comparison_row *row,
		  enum comparison_metric metric);

/*
 * Rows taken together had their peaks at times of their own: the peak of all
 * lies between the largest and their sum. Might it be the same on both sides?
 * Of other rows it is what it is: false.
 */
bool comparison_may_have_same_peak(const struct comparison *comparison,
				   const struct comparison_row *row);

/* How large a change must be to be shown. */
double comparison_floor(const struct comparison *comparison,
			enum comparison_metric metric);

/*
 * Called by comparison_finish(): fills in the verdicts of all rows and of the
 * totals, and too_few_runs. In comparison_judge.c, apart from all else.
 */
void comparison_judge(struct comparison *comparison);
/* The 95% interval of a change; NAN where it is not known. */
void comparison_judge_interval(const struct comparison *comparison,
			       const struct comparison_row *row,
			       enum comparison_metric metric,
			       struct comparison_change *change);

#endif
