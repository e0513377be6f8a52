/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pool_table.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"

#define LABEL_COLUMNS 28

/* "  label   1.2K  (1.1K to 1.3K)", with a mark where few samples decide. */
static void put_range(const struct output_run *run, const char *label,
		      const struct estimate *e, char *(*write)(char *, double))
{
	char value[CELL_BYTES], low[CELL_BYTES], high[CELL_BYTES];
	char *range;

	screen_spaces(run, 2);
	screen_put_left(run, INK_PLAIN, label, LABEL_COLUMNS);
	screen_put_right(run, INK_STRONG, write(value, e->value), 7);
	range = xasprintf("   %s to %s%s\n", write(low, e->low),
			  isfinite(e->high) ? write(high, e->high) : "?",
			  estimate_is_weak(e) ? " ?" : "");
	screen_put(run, INK_FAINT, range);
	free(range);
}

void pool_model_print(const struct output_run *run, const struct report *report,
		      const struct site_choice *choice,
		      const struct pool_model *m)
{
	const struct estimate rate = { m->rate_per_s, m->rate_low, m->rate_high,
				       m->calls.effective, m->calls.samples,
				       false, 0 };
	const struct estimate bound = { m->bound, m->bound_low, m->bound_high,
					m->peak_blocks.effective,
					m->peak_blocks.samples, false, 0 };

	pool_table_print_sites(run, report, choice);
	screen_put_folded(run, INK_NOTICE,
			  "This is a sample: the order of events is not known, "
			  "and no pool can be simulated. What follows is a "
			  "model.", 0);
	fputs("\n", run->file);
	put_range(run, "calls", &m->calls, cell_count);
	put_range(run, "calls a second", &rate, cell_count);
	put_range(run, "mean life of a block", &m->lifetime_ns, cell_duration);
	put_range(run, "live in the mean", &m->mean_live, cell_count);
	put_range(run, "live at most", &m->peak_blocks, cell_count);
	put_range(run, "bytes live at most", &m->peak_bytes, cell_bytes);
	put_range(run, "no pool hits more than", &bound, cell_percent);
	fputs("\n", run->file);
	screen_put_folded(run, INK_FAINT,
			  "Behind each figure its 95% interval; ? if few "
			  "samples decide. Live in the mean: the rate times "
			  "the mean life (Little's law), of blocks that were "
			  "freed. Live at most: of a sample rather too high. "
			  "Record without --sample for a simulation.",
			  0);
}
