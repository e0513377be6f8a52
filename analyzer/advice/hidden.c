/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/hidden.h"

#include <math.h>

#define PEAK_LEAST (16.0 * 1024 * 1024)
#define IN_BLOCKS 0.5	 /* of the peak, in large blocks */
#define BLOCK_LOG2 15.0	 /* mean size of a site: 32 KiB */
#define OVERHEAD 1.5	 /* what blocks take, with headers and free ones */

bool hidden_in_blocks(const struct census *census)
{
	double large = 0, all = 0;

	for (size_t i = 0; i < census->count; i++) {
		const struct census_row *row = &census->rows[i];
		double size = row->calls > 0 ? row->bytes / row->calls : 0;

		all += row->live_bytes_max;
		if (log2(fmax(size, 1)) >= BLOCK_LOG2)
			large += row->live_bytes_max;
	}
	return census->total.live_bytes_max >= PEAK_LEAST &&
	       large >= IN_BLOCKS * all;
}

double hidden_mapped_bytes(const struct census *census)
{
	const struct model *model = &census->recording->model;
	double heap = OVERHEAD * census->total.live_bytes_max, files = 0, rest;

	for (size_t i = 0; i < model->module_count; i++) {
		const struct model_module *module = &model->modules[i];

		if (module->end > module->start)
			files += (double)(module->end - module->start);
	}
	rest = (double)model->peak_rss_bytes - heap - files;
	return rest >= PEAK_LEAST && rest >= heap ? rest : 0;
}
