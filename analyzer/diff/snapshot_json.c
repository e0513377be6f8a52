/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/snapshot_json.h"
#include "analyzer/diff/json_keys.h"
#include "analyzer/diff/json_names.h"
#include "analyzer/diff/json_view.h"
#include "analyzer/diff/json_walk.h"
#include "analyzer/memory.h"
#include "analyzer/whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the object's keys; others are skipped. */
#define FORMAT_VERSION 1
#define SAMPLING_MAX 1e60 /* more than any variance */

/* In the order of enum profile_figure. */
static const char *const figure_keys[PROFILE_FIGURES] = {
	[FIGURE_ALLOCATIONS] = "allocations",
	[FIGURE_BYTES_ALLOCATED] = "bytes_allocated",
	[FIGURE_FREES] = "frees",
	[FIGURE_TEMPORARY] = "temporary",
	[FIGURE_LEAKED_BLOCKS] = "leaked_blocks",
	[FIGURE_LEAKED_BYTES] = "leaked_bytes",
	[FIGURE_PEAK_BLOCKS] = "peak_blocks",
	[FIGURE_PEAK_BYTES] = "peak_bytes",
	[FIGURE_AT_PEAK_BLOCKS] = "at_peak_blocks",
	[FIGURE_AT_PEAK_BYTES] = "at_peak_bytes",
};

struct reading {
	const struct report_options *view;
	const struct snapshot_pools *pools;
	struct snapshot *snapshot;
	struct json_walk walk;
	struct json_keys keys;
	json_t *head; /* all but the sites */
	bool begun;   /* what sites rest on was read */
	size_t row_capacity;
	struct json_names names;
};

static char *copy_text(struct reading *r, const json_t *object,
		       const char *key)
{
	const char *text = json_keys_text(&r->keys, object, key);

	return xasprintf("%s", text ? text : "");
}

static void take_arguments(struct reading *r)
{
	struct snapshot *s = r->snapshot;
	json_t *list = json_keys_array(&r->keys, r->head, "arguments");
	const json_t *argument;
	size_t i;

	s->arguments = xcalloc(json_array_size(list), sizeof(*s->arguments));
	json_array_foreach(list, i, argument) {
		const char *text = json_string_value(argument);

		if (!text)
			json_keys_fail(&r->keys, "arguments", "not all texts");
		s->arguments[s->argument_count++] =
			xasprintf("%s", text ? text : "");
	}
}

static void take_mode(struct reading *r)
{
	struct snapshot *s = r->snapshot;
	const char *mode = json_keys_text(&r->keys, r->head, "mode");

	s->sampled = mode && strcmp(mode, "sampled") == 0;
	if (mode && !s->sampled && strcmp(mode, "exact") != 0)
		json_keys_fail(&r->keys, "mode", "neither exact nor sampled");
	s->sample_bytes = json_keys_whole(&r->keys, r->head, "sample_bytes");
	s->interval_bytes =
		json_keys_number(&r->keys, r->head, "interval_bytes", 0);
	if (s->sampled && s->interval_bytes < 1)
		json_keys_fail(&r->keys, "interval_bytes", "not 1 or more");
	if (!s->sampled)
		s->interval_bytes = 0;
}

/* All that sites rest on; it stands before them. */
static void begin(struct reading *r)
{
	struct snapshot *s = r->snapshot;

	r->begun = true;
	if (json_keys_whole(&r->keys, r->head, "format_version") != FORMAT_VERSION)
		json_keys_fail(&r->keys, "format_version", "of another "
			       "heapwise");
	json_view_check(&r->keys, r->head, r->view);
	s->program = copy_text(r, r->head, "program");
	json_names_init(&r->names, &r->keys, r->pools->frames, r->head);
	s->program_build = json_names_build(
		&r->names, frame_pool_text(r->pools->frames, s->program));
	take_arguments(r);
	take_mode(r);
	if (r->keys.why)
		json_walk_fail(&r->walk, xasprintf("%s", r->keys.why));
}

/* What rounding and intervals leave out: [figure, variance, effective samples,
 * samples]. */
static void take_sampling(struct reading *r, const json_t *object,
			  const char *key, struct estimate *e)
{
	const json_t *all = json_keys_object(&r->keys, object, "sampling");
	const json_t *known = json_object_get(all, key);
	double values[4] = { 0 };

	if (!known)
		return; /* nothing was sampled */
	for (size_t i = 0; i < 4; i++) {
		const json_t *value = json_array_get(known, i);

		values[i] = json_number_value(value);
		if (!json_is_number(value) || json_array_size(known) != 4 ||
		    !(values[i] >= 0 && values[i] <= SAMPLING_MAX))
			json_keys_fail(&r->keys, "sampling", "not [figure, "
				       "variance, effective samples, samples]");
	}
	if (fabs(e->value - values[0]) > 1)
		json_keys_fail(&r->keys, "sampling", "of another figure");
	if (values[3] > JSON_KEYS_NUMBER_MAX)
		json_keys_fail(&r->keys, "sampling", "too many samples");
	else
		e->samples = (uint64_t)values[3];
	e->value = values[0];
	e->variance = values[1];
	e->effective = values[2];
}

static struct estimate take_figure(struct reading *r, const json_t *object,
				   enum profile_figure figure)
{
	const char *key = figure_keys[figure];
	struct estimate e = { .exact = !r->snapshot->sampled };
	char name[40];

	e.value = e.low = e.high = json_keys_number(&r->keys, object, key, 0);
	if (e.exact) {
		e.samples = (uint64_t)e.value;
		e.effective = e.value;
		return e;
	}
	snprintf(name, sizeof(name), "%s_low", key);
	e.low = json_keys_number(&r->keys, object, name, 0);
	snprintf(name, sizeof(name), "%s_high", key);
	e.high = json_keys_number(&r->keys, object, name, INFINITY);
	if (e.low > e.value || e.value > e.high)
		json_keys_fail(&r->keys, key, "not between low and high");
	take_sampling(r, object, key, &e);
	return e;
}

static void grow_rows(struct reading *r)
{
	struct snapshot *s = r->snapshot;
	size_t figures;

	if (s->row_count < r->row_capacity)
		return;
	r->row_capacity = r->row_capacity ? r->row_capacity * 2 : 256;
	figures = r->row_capacity * PROFILE_FIGURES;
	s->rows = xreallocarray(s->rows, r->row_capacity, sizeof(*s->rows));
	if (s->by == REPORT_BY_LINE)
		s->scopes = xreallocarray(s->scopes, r->row_capacity,
					  sizeof(*s->scopes));
	if (s->sampled)
		s->sampled_figures = xreallocarray(s->sampled_figures, figures,
						   sizeof(*s->sampled_figures));
}

static void take_site(struct reading *r, const json_t *site)
{
	struct snapshot *s = r->snapshot;
	struct snapshot_row row = { .code = CODE_STACK_NONE };
	uint64_t values[FIGURE_SET_SIZE] = {
		[FIGURE_SIZE_MIN] =
			json_keys_whole(&r->keys, site, "size_min_bytes"),
		[FIGURE_SIZE_MAX] =
			json_keys_whole(&r->keys, site, "size_max_bytes"),
	};

	json_names_take(&r->names, site, r->view->by, &row);
	grow_rows(r);
	for (int i = 0; i < PROFILE_FIGURES; i++) {
		struct estimate e =
			take_figure(r, site, (enum profile_figure)i);
		size_t at = s->row_count * PROFILE_FIGURES + (size_t)i;

		if (s->sampled)
			s->sampled_figures[at] = e;
		else
			values[i] = whole_of(e.value);
	}
	if (s->scopes)
		s->scopes[s->row_count] = json_names_scope(&r->names, site);
	row.figures = figure_table_add(r->pools->figures, values);
	s->rows[s->row_count++] = row;
}

static void take_sites(struct reading *r)
{
	if (r->begun) {
		json_walk_fail(&r->walk, xasprintf("sites: there twice"));
		return;
	}
	begin(r);
	r->keys.in_sites = true;
	json_walk_enter(&r->walk, '[');
	while (json_walk_next(&r->walk, ']')) {
		json_t *site = json_walk_value(&r->walk);

		r->keys.index = r->snapshot->row_count;
		if (site)
			take_site(r, site);
		json_decref(site);
		if (r->keys.why)
			json_walk_fail(&r->walk, xasprintf("%s", r->keys.why));
	}
	r->keys.in_sites = false;
}

/* What belongs to the whole, once all was read. */
static void take_rest(struct reading *r)
{
	struct snapshot *s = r->snapshot;
	struct json_keys *k = &r->keys;
	json_t *totals = json_keys_object(k, r->head, "totals");

	if (json_keys_whole(k, r->head, "site_count") != s->row_count)
		json_keys_fail(k, "site_count", "not the number of sites: was "
			       "it made with --limit?");
	s->start_realtime_ns =
		json_keys_whole(k, r->head, "start_realtime_ns");
	s->pid = json_keys_whole(k, r->head, "pid");
	s->lost_events = json_keys_whole(k, r->head, "lost_events");
	s->damaged = json_keys_bool(k, r->head, "damaged");
	s->unfinished = !json_keys_bool(k, r->head, "finished");
	k->of = "totals";
	s->run_ns = json_keys_number(k, totals, "run_ns", 0);
	s->counted_ns = json_keys_number(k, totals, "counted_ns", 0);
	s->peak_ns = json_keys_number(k, totals, "peak_at_ns", 0);
	s->size_min = json_keys_whole(k, totals, "size_min_bytes");
	s->size_max = json_keys_whole(k, totals, "size_max_bytes");
	for (int i = 0; i < PROFILE_FIGURES; i++)
		s->totals[i] = take_figure(r, totals, (enum profile_figure)i);
	k->of = NULL;
}

/* Keeps the value of a key that we know. */
static void take_head(struct reading *r, const char *key)
{
	static const char *const known[] = {
		"format_version", "program", "arguments", "directory",
		"modules", "pid", "start_realtime_ns", "mode", "sample_bytes",
		"interval_bytes", "lost_events", "damaged", "finished", "by",
		"site_count", "window", "at", "filter", "temporary_distance",
		"totals",
	};
	json_t *value;

	if (strcmp(key, "reports") == 0) {
		json_walk_fail(&r->walk, xasprintf("reports: it has several; "
						   "export them one by one"));
		return;
	}
	value = json_walk_value(&r->walk);
	for (size_t i = 0; value && i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(key, known[i]) == 0 &&
		    json_object_set(r->head, key, value))
			memory_exhausted();
	json_decref(value);
}

static void read_all(struct reading *r)
{
	json_walk_enter(&r->walk, '{');
	while (json_walk_next(&r->walk, '}')) {
		char *key = json_walk_key(&r->walk);

		if (key && strcmp(key, "sites") == 0) {
			take_sites(r);
		} else if (key) {
			take_head(r, key);
		}
		free(key);
	}
	json_walk_end(&r->walk);
	if (r->walk.why)
		return;
	if (!r->begun)
		json_keys_fail(&r->keys, "sites", "missing; heapwise export "
			       "--format=json writes them");
	if (!r->keys.why)
		take_rest(r);
}

struct snapshot *snapshot_json_read(const char *path,
				    const struct report_options *view,
				    const struct snapshot_pools *pools,
				    char **why)
{
	struct reading r = { .view = view, .pools = pools };
	const char *wrong;

	r.head = json_object();
	r.snapshot = xcalloc(1, sizeof(*r.snapshot));
	r.snapshot->path = xasprintf("%s", path);
	r.snapshot->by = view->by;
	r.snapshot->at = view->at;
	r.snapshot->figures = pools->figures;
	r.snapshot->named = true;
	model_init(&r.snapshot->model); /* its sites have their names */
	model_seal(&r.snapshot->model);
	json_walk_open(&r.walk, path);
	read_all(&r);
	wrong = r.keys.why ? r.keys.why : r.walk.why;
	if (wrong) {
		*why = xasprintf("%s", wrong);
		snapshot_free(r.snapshot);
		r.snapshot = NULL;
	}
	json_walk_release(&r.walk);
	json_decref(r.head);
	free(r.keys.why);
	json_names_release(&r.names);
	return r.snapshot;
}
