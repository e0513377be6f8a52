/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/amount.h"

#include <math.h>
#include <stdio.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

struct amount amount_count(double count)
{
	struct amount a;

	text_count(a.text, whole_of(count + 0.5));
	return a;
}

struct amount amount_bytes(double bytes)
{
	struct amount a;

	text_bytes(a.text, fmax(0, bytes));
	return a;
}

struct amount amount_ns(double ns)
{
	struct amount a;

	text_duration(a.text, fmax(0, ns));
	return a;
}

/* Never 100% of what is not all, nor 0% of what is something. */
struct amount amount_percent(double ratio)
{
	struct amount a;
	double percent = ratio * 100;

	if (percent > 0 && percent < 0.1)
		snprintf(a.text, sizeof(a.text), "<0.1%%");
	else if (percent < 100 && percent > 99.9)
		snprintf(a.text, sizeof(a.text), ">99.9%%");
	else
		snprintf(a.text, sizeof(a.text),
			 percent >= 10 || percent <= 0 ? "%.0f%%" : "%.1f%%",
			 percent < 99.5 || percent >= 100 ? percent : 99);
	return a;
}

struct amount amount_number(double number)
{
	struct amount a;

	snprintf(a.text, sizeof(a.text), fabs(number) < 10 ? "%.1f" : "%.0f",
		 number);
	return a;
}

char *amount_interval(const struct estimate *e, struct amount (*amount)(double))
{
	if (e->exact)
		return xasprintf("%s", amount(e->value).text);
	if (!isfinite(e->high))
		return xasprintf("%s or more", amount(e->low).text);
	return xasprintf("%s to %s", amount(e->low).text,
			 amount(e->high).text);
}
