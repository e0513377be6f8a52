/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/view_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/cmd/cmd.h"
#include "analyzer/size_text.h"

#define DISTANCE_MAX (TIMELINE_FAR - 1)
#define NS_MAX 0x1p63 /* some 292 years; what JSON has is below */

/* Seconds, or another unit behind the number, as reports print them. */
static int parse_time(const char *text, double *ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "", 1e9 },   { "s", 1e9 },   { "ms", 1e6 },
		      { "us", 1e3 }, { "ns", 1 },    { "m", 60e9 },
		      { "h", 3600e9 }, { "d", 86400e9 } };
	char *end;
	double number;

	if (text[strspn(text, "0123456789.")] == 'x' || !*text ||
	    !strchr("0123456789.", *text))
		return -1;
	number = strtod(text, &end);
	if (end == text || !isfinite(number))
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(units[i].name, end) == 0) {
			*ns = number * units[i].ns;
			return *ns < NS_MAX ? 0 : -1;
		}
	}
	return -1;
}

static int set_time(const struct view_options *view, const char *name,
		    const char *value, double *ns)
{
	if (parse_time(value, ns))
		return cmd_usage_error(view->command, "--%s=%s: not a time in "
				       "seconds from the start of the run",
				       name, value);
	return 0;
}

static int set_at(const struct view_options *view, const char *value)
{
	struct report_options *o = view->report;

	if (strcmp(value, "peak") == 0) {
		o->at = REPORT_AT_PEAK;
		return 0;
	}
	if (parse_time(value, &o->to_ns))
		return cmd_usage_error(view->command, "--at=%s: not a time in "
				       "seconds from the start of the run, nor "
				       "peak", value);
	o->at = REPORT_AT_TIME;
	return 0;
}

static int add_pattern(const struct view_options *view, const char *name,
		       const char *value, struct patterns *patterns)
{
	struct pattern_problem problem;

	if (patterns_add(patterns, value, &problem) == 0)
		return 0;
	if (problem.place == 0)
		return cmd_usage_error(view->command, "--%s=%s: %s", name,
				       value, problem.why);
	return cmd_usage_error(view->command, "--%s=%s: at character %zu, "
			       "'%s': %s", name, value, problem.place,
			       value + problem.place - 1, problem.why);
}

static int set_temporary(const struct view_options *view, const char *value)
{
	uint64_t distance;

	if (number_text_parse(value, DISTANCE_MAX, &distance))
		return cmd_usage_error(view->command, "--temporary=%s: not a "
				       "number of allocations", value);
	view->report->temporary_distance = (uint32_t)distance;
	return 0;
}

int view_option_set(const struct view_options *view, int option,
		    const char *value)
{
	struct report_options *o = view->report;

	switch (option) {
	case VIEW_OPTION_FROM:
		o->has_from = true;
		return set_time(view, "from", value, &o->from_ns);
	case VIEW_OPTION_TO:
		o->has_to = true;
		return set_time(view, "to", value, &o->to_ns);
	case VIEW_OPTION_AT:
		return set_at(view, value);
	case VIEW_OPTION_FOCUS:
		return add_pattern(view, "focus", value, &o->focus);
	case VIEW_OPTION_IGNORE:
		return add_pattern(view, "ignore", value, &o->ignore);
	default:
		return set_temporary(view, value);
	}
}

int view_options_check(const struct view_options *view)
{
	struct report_options *o = view->report;

	if (o->at == REPORT_AT_TIME && o->has_to)
		return cmd_usage_error(view->command, "--at=TIME is the end of "
				       "what is looked at: leave out --to");
	if (o->at == REPORT_AT_TIME)
		o->has_to = true;
	if (o->has_from && o->has_to && o->from_ns > o->to_ns)
		return cmd_usage_error(view->command, "--from is later than "
				       "--%s", o->at ? "at" : "to");
	return 0;
}

void view_options_release(struct report_options *report)
{
	patterns_release(&report->focus);
	patterns_release(&report->ignore);
}
