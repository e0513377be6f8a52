/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/snapshot.h"
#include "analyzer/whole.h"

#include <stdlib.h>

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	free(s->path);
	free(s->program);
	for (size_t i = 0; i < s->argument_count; i++)
		free(s->arguments[i]);
	free(s->arguments);
	free(s->rows);
	free(s->scopes);
	lost_names_release(&s->lost);
	model_release(&s->model);
	free(s->sampled_figures);
	free(s);
}

/* JSON has the time as precisely as a double. */
bool snapshot_is_same_run(const struct snapshot *a, const struct snapshot *b)
{
	return a->start_realtime_ns > 0 && a->pid == b->pid &&
	       (double)a->start_realtime_ns == (double)b->start_realtime_ns;
}

static double exact_figure(const struct snapshot *s, size_t row,
			   unsigned int figure)
{
	return (double)figure_table_get(s->figures, s->rows[row].figures,
					figure);
}

double snapshot_value(const struct snapshot *s, size_t row,
		      enum profile_figure figure)
{
	if (!s->sampled)
		return exact_figure(s, row, figure);
	return s->sampled_figures[row * PROFILE_FIGURES + figure].value;
}

void snapshot_sizes(const struct snapshot *s, size_t row, double *least,
		    double *most)
{
	*least = exact_figure(s, row, FIGURE_SIZE_MIN);
	*most = exact_figure(s, row, FIGURE_SIZE_MAX);
}

struct estimate snapshot_figure(const struct snapshot *s, size_t row,
				enum profile_figure figure)
{
	double value;

	if (s->sampled)
		return s->sampled_figures[row * PROFILE_FIGURES + figure];
	value = exact_figure(s, row, figure);
	return (struct estimate){ .value = value, .low = value, .high = value,
				  .effective = value, .exact = true,
				  .samples = whole_of(value) };
}
