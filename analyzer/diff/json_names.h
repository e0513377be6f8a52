/* SPDX-License-Identifier: MIT */
/*
 * The names that stand in what report --json wrote, put into a pool as a
 * snapshot of the recording itself would have them there. See json_keys.h for
 * what is wrong in it.
 */
#ifndef ANALYZER_DIFF_JSON_NAMES_H
#define ANALYZER_DIFF_JSON_NAMES_H

#include "analyzer/diff/json_keys.h"
#include "analyzer/diff/snapshot.h"

struct json_names { /* private */
	struct json_keys *keys;
	struct frame_pool *pool;
	char *program;
	char *directory; /* that it ran in */
	uint32_t *builds; /* by text of a module's path; 0: not known */
	size_t build_count;
};

/* `head` has the keys of the whole. Zeroed, it can be released too. */
void json_names_init(struct json_names *names, struct json_keys *keys,
		     struct frame_pool *pool, const json_t *head);
void json_names_release(struct json_names *names);

/* The build ID of the module with this path: texts. 0: not known. */
uint32_t json_names_build(const struct json_names *names, uint32_t path);

/* Of a row by line: the function that it is in, as struct snapshot's scopes
 * have it. */
uint32_t json_names_scope(struct json_names *names, const json_t *site);
/* Sets id, stack and name. */
void json_names_take(struct json_names *names, const json_t *site,
		     enum report_by by, struct snapshot_row *row);

#endif
