/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_figures.h"

/* All that may be weak: the figures, two of what is live, the lifetime. */
#define WEAK_MAX (OUTPUT_FIGURES + 3)

struct figures {
	struct json_members *members;
	const struct report *report;
	const struct site *row;
	const char *weak[WEAK_MAX];
	size_t weak_count;
};

static void put_figure(struct figures *f, const char *key,
		       enum profile_figure figure)
{
	struct estimate e = profile_figure(f->report->profile, f->row, figure);

	json_members_estimate(f->members, key, &e);
	if (estimate_is_weak(&e))
		f->weak[f->weak_count++] = key;
}

static void put_lifetime(struct figures *f)
{
	static const char key[] = "mean_lifetime_ns";
	struct estimate e = report_mean_lifetime(f->report, f->row);

	json_members_real(f->members, key, e.value);
	if (e.exact)
		return;
	json_members_real(f->members, "mean_lifetime_ns_low", e.low);
	json_members_real(f->members, "mean_lifetime_ns_high", e.high);
	if (e.samples > 0 && estimate_is_weak(&e))
		f->weak[f->weak_count++] = key;
}

static void put_samples(struct figures *f)
{
	uint64_t samples = f->row->allocations;

	json_members_whole(f->members, "samples", (double)samples);
	json_members_key(f->members, "few_samples");
	fputs(samples < ESTIMATE_SAMPLES_FEW ? "true" : "false",
	      f->members->file);
}

static void put_weak(const struct figures *f)
{
	FILE *file = f->members->file;

	json_members_key(f->members, "weak");
	fputc('[', file);
	for (size_t i = 0; i < f->weak_count; i++)
		fprintf(file, "%s\"%s\"", i > 0 ? "," : "", f->weak[i]);
	fputc(']', file);
}

void json_figures_put(struct json_members *members, const struct report *report,
		      const struct site *row, bool live)
{
	struct figures f = { members, report, row, { NULL }, 0 };

	for (size_t i = 0; i < OUTPUT_FIGURES; i++)
		put_figure(&f, output_figures[i].key, output_figures[i].figure);
	if (report->profile->sampled)
		put_samples(&f);
	json_members_whole(members, "reallocations",
			   (double)row->reallocations);
	json_members_real(members, "temporary_ratio",
			  report_temporary_ratio(report, row));
	json_members_real(members, "mean_size_bytes",
			  report_mean_size(report, row));
	json_members_whole(members, "size_min_bytes", (double)row->size_min);
	json_members_whole(members, "size_max_bytes", (double)row->size_max);
	put_lifetime(&f);
	if (live) {
		put_figure(&f, "live_blocks", FIGURE_LEAKED_BLOCKS);
		put_figure(&f, "live_bytes", FIGURE_LEAKED_BYTES);
	}
	if (report->profile->sampled)
		put_weak(&f);
}
