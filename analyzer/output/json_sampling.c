/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_sampling.h"

#include <inttypes.h>
#include <math.h>

static void put_real(FILE *file, double value)
{
	if (isfinite(value))
		fprintf(file, "%.17g,", value);
	else
		fputs("0,", file);
}

void json_sampling_put(struct json_members *members,
		       const struct profile *profile, const struct site *row)
{
	FILE *file = members->file;
	const char *comma = "";

	if (!profile->sampled)
		return;
	json_members_key(members, "sampling");
	fputc('{', file);
	for (size_t i = 0; i < OUTPUT_FIGURES; i++) {
		struct estimate e = profile_figure(profile, row,
						   output_figures[i].figure);

		if (e.samples == 0)
			continue;
		fprintf(file, "%s\"%s\":[", comma, output_figures[i].key);
		put_real(file, e.value);
		put_real(file, e.variance);
		put_real(file, e.effective);
		fprintf(file, "%" PRIu64 "]", e.samples);
		comma = ",";
	}
	fputc('}', file);
}
