/* SPDX-License-Identifier: MIT */
/*
 * Is what report --json wrote of the part of the run that is asked for now? Its
 * figures cannot be had of another one.
 */
#ifndef ANALYZER_DIFF_JSON_VIEW_H
#define ANALYZER_DIFF_JSON_VIEW_H

#include "analyzer/diff/json_keys.h"
#include "analyzer/report.h"

/* Fails at the first key that says otherwise. */
void json_view_check(struct json_keys *keys, const json_t *head,
		     const struct report_options *view);

#endif
