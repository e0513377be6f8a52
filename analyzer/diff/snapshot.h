/* SPDX-License-Identifier: MIT */
/*
 * One recording, reduced to what a comparison needs: its rows with their calls
 * and figures, its totals, and how it was made. It is taken from a report,
 * which can be freed right after, with its recording: only one dump is open at
 * a time, and a row takes 100 bytes (of a sample 640) beside the calls that no
 * earlier snapshot of the same pool has.
 */
#ifndef ANALYZER_DIFF_SNAPSHOT_H
#define ANALYZER_DIFF_SNAPSHOT_H

#include "analyzer/diff/frame_pool.h"
#include "analyzer/diff/lost_names.h"
#include "analyzer/report.h"

struct snapshot_row {
	uint64_t id;	/* by site: its hash, see site_id.h; else 0 */
	uint32_t stack; /* of the pool; not by site: one call, or empty */
	uint32_t name;	/* text: what it is, when not by site; else 0 */
	uint64_t size_min, size_max; /* of its allocations */
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
	struct snapshot_row *rows; /* in the report's order */
	size_t row_count;
	double *exact;		  /* row_count * PROFILE_FIGURES, or */
	struct estimate *sampled_figures; /* the same of a sample */
};

/* Names every row: the report's recording is still open. `path` is copied. The
 * pool must outlive the snapshot. */
struct snapshot *snapshot_new(const struct report *report,
			      struct frame_pool *pool);
void snapshot_free(struct snapshot *snapshot);

/* A figure of a row, with its interval. */
struct estimate snapshot_figure(const struct snapshot *snapshot, size_t row,
				enum profile_figure figure);
/* Its value alone. */
double snapshot_value(const struct snapshot *snapshot, size_t row,
		      enum profile_figure figure);

#endif
