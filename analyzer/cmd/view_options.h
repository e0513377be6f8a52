/* SPDX-License-Identifier: MIT */
/*
 * The options that choose a part of a recording, for every command that makes a
 * report: --from, --to, --at, --focus, --ignore, --temporary.
 *
 *	static const struct option options[] = {
 *		VIEW_OPTIONS,
 *		...
 *	if (view_option_is(option))
 *		return view_option_set(&view, option, value);
 *	...
 *	if (view_options_check(&view)) ...
 *	...
 *	view_options_release(view.report);
 */
#ifndef ANALYZER_CMD_VIEW_OPTIONS_H
#define ANALYZER_CMD_VIEW_OPTIONS_H

#include <getopt.h>

#include "analyzer/report.h"

enum view_option {
	VIEW_OPTION_FROM = 0x400, /* past those of the commands */
	VIEW_OPTION_TO,
	VIEW_OPTION_AT,
	VIEW_OPTION_FOCUS,
	VIEW_OPTION_IGNORE,
	VIEW_OPTION_TEMPORARY,
	VIEW_OPTION_END,
};

/* clang-format off */
#define VIEW_OPTIONS \
	{ "from", required_argument, NULL, VIEW_OPTION_FROM }, \
	{ "to", required_argument, NULL, VIEW_OPTION_TO }, \
	{ "at", required_argument, NULL, VIEW_OPTION_AT }, \
	{ "focus", required_argument, NULL, VIEW_OPTION_FOCUS }, \
	{ "ignore", required_argument, NULL, VIEW_OPTION_IGNORE }, \
	{ "temporary", required_argument, NULL, VIEW_OPTION_TEMPORARY }
/* clang-format on */

struct view_options {
	const char *command; /* whose they are, for messages */
	struct report_options *report; /* filled in */
};

static inline bool view_option_is(int option)
{
	return option >= VIEW_OPTION_FROM && option < VIEW_OPTION_END;
}

/* 0, or CMD_EXIT_ERROR after saying what is wrong. */
int view_option_set(const struct view_options *view, int option,
		    const char *value);
/* After the last: do they go together? Likewise. */
int view_options_check(const struct view_options *view);
void view_options_release(struct report_options *report);

#endif
