/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/json_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

static void check_by(struct json_keys *keys, const json_t *head,
		     enum report_by by)
{
	const char *has = json_keys_text(keys, head, "by");
	char *what;

	if (by == REPORT_BY_THREAD)
		json_keys_fail(keys, "by", "of threads only dumps can be "
			       "compared");
	if (!has || strcmp(has, report_by_name(by)) == 0)
		return;
	what = xasprintf("it is by %s; `heapwise report --json --by=%s` writes "
			 "one that is by %s", has, report_by_name(by),
			 report_by_name(by));
	json_keys_fail(keys, "by", what);
	free(what);
}

/* Written rounded; null is "not there". */
static bool same_time(const json_t *value, bool has, double ns)
{
	return has ? json_is_number(value) &&
			     fabs(json_number_value(value) - ns) <= 1 :
		     !json_is_number(value);
}

static bool same_window(const json_t *head, const struct report_options *view)
{
	const json_t *window = json_object_get(head, "window");
	/* of a moment, where the window ends is the moment */
	bool moment = view->at == REPORT_AT_TIME;

	return same_time(json_object_get(window, "from_ns"), view->has_from,
			 view->from_ns) &&
	       (moment || same_time(json_object_get(window, "to_ns"),
				    view->has_to, view->to_ns));
}

static bool same_moment(const json_t *head, const struct report_options *view)
{
	const json_t *at = json_object_get(head, "at");
	bool peak = json_is_true(json_object_get(at, "peak"));

	if (view->at == REPORT_AT_END || !at)
		return view->at == REPORT_AT_END && !at;
	if (view->at == REPORT_AT_PEAK || peak)
		return view->at == REPORT_AT_PEAK && peak;
	return same_time(json_object_get(at, "ns"), true, view->to_ns);
}

static bool same_patterns(const json_t *list, const struct patterns *patterns)
{
	if (json_array_size(list) != patterns->count)
		return false;
	for (size_t i = 0; i < patterns->count; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!text || strcmp(text, patterns->list[i].text) != 0)
			return false;
	}
	return true;
}

static bool same_filter(const json_t *head, const struct report_options *view)
{
	const json_t *filter = json_object_get(head, "filter");

	return same_patterns(json_object_get(filter, "focus"), &view->focus) &&
	       same_patterns(json_object_get(filter, "ignore"), &view->ignore);
}

static bool same_distance(const json_t *head, const struct report_options *view)
{
	return json_number_value(json_object_get(head, "temporary_distance")) ==
	       view->temporary_distance;
}

void json_view_check(struct json_keys *keys, const json_t *head,
		     const struct report_options *view)
{
	static const struct {
		const char *key, *options;
		bool (*same)(const json_t *head,
			     const struct report_options *view);
	} parts[] = {
		{ "at", "--at", same_moment },
		{ "window", "--from or --to", same_window },
		{ "filter", "--focus or --ignore", same_filter },
		{ "temporary_distance", "--temporary", same_distance },
	};

	check_by(keys, head, view->by);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		char *what;

		if (parts[i].same(head, view))
			continue;
		what = xasprintf("made with another %s than is asked for now; "
				 "export it with the same", parts[i].options);
		json_keys_fail(keys, parts[i].key, what);
		free(what);
	}
}
