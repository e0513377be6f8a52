/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/condition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

#define CHANGE_BYTES (TEXT_NUMBER_BYTES + 8)

static const struct {
	const char *word;
	bool bytes;
} metrics[CONDITION_METRICS] = {
	[CONDITION_CALLS] = { "calls", false },
	[CONDITION_BYTES] = { "bytes", true },
	[CONDITION_PEAK] = { "peak", true },
	[CONDITION_LEAKED] = { "leaked", true },
	[CONDITION_LEAKED_BLOCKS] = { "leaked-blocks", false },
	[CONDITION_TEMPORARY] = { "temporary", false },
};

void condition_release(struct condition *condition)
{
	free(condition->text);
	patterns_release(&condition->site);
	*condition = (struct condition){ 0 };
}

bool condition_is_of_site(const struct condition *condition)
{
	return condition->site.count > 0;
}

bool condition_matches(const struct condition *condition, const char *function)
{
	return patterns_match(&condition->site, function);
}

const char *condition_metric_name(enum condition_metric metric)
{
	return metrics[metric].word;
}

bool condition_metric_is_bytes(enum condition_metric metric)
{
	return metrics[metric].bytes;
}

/* Long doubles: products of whole numbers up to 2^53 are exact, or nearly. */
static bool compare(enum condition_relation relation, long double x,
		    long double limit)
{
	switch (relation) {
	case CONDITION_ABOVE:
		return x > limit;
	case CONDITION_AT_LEAST:
		return x >= limit;
	case CONDITION_BELOW:
		return x < limit;
	case CONDITION_AT_MOST:
	default:
		return x <= limit;
	}
}

bool condition_holds(const struct condition *condition,
		     const struct condition_values *values)
{
	const struct condition_limit *limit = &condition->limit;
	enum condition_relation relation = condition->relation;
	long double x = values->significant ? values->now - values->old : 0;
	long double base = 1;

	if (isnan(values->old) || isnan(values->now))
		return false;
	if (condition->of == CONDITION_OF_NEW)
		x = relation == CONDITION_ABOVE ||
				    relation == CONDITION_AT_LEAST ?
			    values->now_low :
			    values->now_high;
	else if (condition->of == CONDITION_OF_RELATIVE && values->old > 0)
		base = values->old;
	else if (condition->of == CONDITION_OF_RELATIVE && x != 0)
		x = copysign(INFINITY, (double)x);
	return compare(relation, x * limit->scale, limit->number * base);
}

static char *put_count(char out[TEXT_NUMBER_BYTES], double x)
{
	x = round(x);
	return text_count(out, x >= 0x1p64 ? UINT64_MAX :
			       x > 0	   ? (uint64_t)x :
					     0);
}

static char *put_value(char out[TEXT_NUMBER_BYTES],
		       enum condition_metric metric, double x)
{
	if (!condition_metric_is_bytes(metric))
		return put_count(out, x);
	return text_bytes(out, x > 0 ? x : 0);
}

/* " (+13.4%)" with three digits; nothing where there is nothing to say. */
static char *put_change(char out[CHANGE_BYTES],
			const struct condition_values *v)
{
	double percent = (v->now - v->old) / v->old * 100;
	double size = fabs(percent);
	char times[TEXT_NUMBER_BYTES];

	*out = '\0';
	if (v->now == v->old)
		snprintf(out, CHANGE_BYTES, " (unchanged)");
	else if (!(v->old > 0) || !isfinite(percent))
		return out;
	else if (size < 0.01)
		snprintf(out, CHANGE_BYTES, " (%c<0.01%%)",
			 percent < 0 ? '-' : '+');
	else if (size < 9999.5)
		snprintf(out, CHANGE_BYTES, " (%+.*f%%)",
			 size < 9.995 ? 2 : size < 99.95 ? 1 : 0, percent);
	else
		snprintf(out, CHANGE_BYTES, " (x%s)",
			 put_count(times, v->now / v->old));
	return out;
}

char *condition_describe(const struct condition *condition,
			 const struct condition_values *values)
{
	char old[TEXT_NUMBER_BYTES], now[TEXT_NUMBER_BYTES];
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];
	char change[CHANGE_BYTES], *text = text_line(condition->text);
	enum condition_metric metric = condition->metric;
	const char *bytes = "";
	char *line;

	put_value(old, metric, values->old);
	put_value(now, metric, values->now);
	if (values->old != values->now && strcmp(old, now) == 0 &&
	    condition_metric_is_bytes(metric)) {
		put_count(old, values->old);
		put_count(now, values->now);
		bytes = " B";
	}
	put_change(change, values);
	if (values->now_low < values->now_high)
		line = xasprintf("%s: %s%s -> %s%s, 95%% %s to %s%s", text,
				 old, bytes, now, bytes,
				 put_value(low, metric, values->now_low),
				 isfinite(values->now_high) ?
					 put_value(high, metric,
						   values->now_high) :
					 "any",
				 change);
	else
		line = xasprintf("%s: %s%s -> %s%s%s", text, old, bytes, now,
				 bytes, change);
	free(text);
	return line;
}
