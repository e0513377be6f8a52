/* SPDX-License-Identifier: MIT */
/*
 * A snapshot of what `heapwise export --format=json` (or report --json) wrote:
 * the names are in it, so that it stays a baseline when the program is gone.
 * Untrusted as any file: keys are looked up, checked, and named where they are
 * wrong. Sites are read one at a time.
 */
#ifndef ANALYZER_DIFF_SNAPSHOT_JSON_H
#define ANALYZER_DIFF_SNAPSHOT_JSON_H

#include "analyzer/diff/snapshot.h"

/* The view that is asked for; the file's must be the same. NULL, and *why a
 * fresh line with bytes of the file in it, if it cannot be had. The pools must
 * outlive the snapshot. */
struct snapshot *snapshot_json_read(const char *path,
				    const struct report_options *view,
				    const struct snapshot_pools *pools,
				    char **why);

#endif
