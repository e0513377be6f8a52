/* SPDX-License-Identifier: MIT */
/*
 * One recording, reduced to what a comparison needs: its rows with their calls
 * and figures, its totals, and how it was made. It is taken from a report,
 * which can be freed right after, with its recording: only one dump is open at
 * a time, and a row takes 24 bytes (of a sample 660) beside the calls and figures
 * that no earlier snapshot of the same pools has. Sites have no names yet:
 * naming.h gives them to those that need them.
 */
#ifndef ANALYZER_DIFF_SNAPSHOT_H
#define ANALYZER_DIFF_SNAPSHOT_H

#include "analyzer/diff/code_pool.h"
#include "analyzer/diff/figure_table.h"
#include "analyzer/diff/frame_pool.h"
#include "analyzer/diff/lost_names.h"
#include "analyzer/report.h"

/* What snapshots of one comparison share; both must outlive them. */
struct snapshot_pools {
	struct frame_pool *frames;
	struct code_pool *codes;
	struct figure_table *figures;
};

struct snapshot_row {
	uint64_t id;	/* by site: its hash, see site_id.h; else 0 */
	uint32_t code;	/* by site: its stack of codes; else NONE */
	uint32_t stack; /* of frames: not by site one call, or empty; by site
			   empty: it has no names yet */
	uint32_t name;	/* text: what it is, when not by site; else 0 */
	uint32_t figures; /* of the table; of a sample: sizes only */
};

struct snapshot {
	char *path;    /* of the dump, as the user gave it */
	char *program; /* as recorded: a path */
	char **arguments;
	size_t argument_count;
	uint32_t program_build; /* text: the executable's build ID, or 0 */
	uint64_t start_realtime_ns, pid;
	bool sampled;
	uint64_t sample_bytes;
	double interval_bytes; /* the largest T in use; 0 in exact mode */
	enum report_by by;
	enum report_at at;
	double run_ns;	   /* of the whole run */
	double counted_ns; /* of the part that is looked at */
	double peak_ns;
	uint64_t lost_events;
	bool damaged;	 /* some of the dump could not be read */
	bool unfinished; /* it has no end: killed, or still running */
	struct lost_names lost; /* why names are missing */
	struct estimate totals[PROFILE_FIGURES];
	uint64_t size_min, size_max;
	bool named; /* its sites have names from the start, and no code */
	struct snapshot_row *rows; /* in the report's order */
	size_t row_count;
	uint32_t *scopes; /* by line, of each row the text of the function
			     that it is in; else NULL */
	const struct figure_table *figures;
	struct estimate *sampled_figures; /* row_count * PROFILE_FIGURES */
	/* To name its sites: the recording's own without all else. Ids are the
	 * numbers of code_pool.h, and bases 0. */
	struct model model;
};

/* The report's recording is still open. Its path is copied. */
struct snapshot *snapshot_new(const struct report *report,
			      const struct snapshot_pools *pools);
void snapshot_free(struct snapshot *snapshot);

/* Are they of one recording, whatever its files are called? */
bool snapshot_is_same_run(const struct snapshot *a, const struct snapshot *b);

/* A figure of a row, with its interval. */
struct estimate snapshot_figure(const struct snapshot *snapshot, size_t row,
				enum profile_figure figure);
/* The smallest and the largest of its allocations. */
void snapshot_sizes(const struct snapshot *snapshot, size_t row, double *least,
		    double *most);
/* Its value alone. */
double snapshot_value(const struct snapshot *snapshot, size_t row,
		      enum profile_figure figure);

#endif
