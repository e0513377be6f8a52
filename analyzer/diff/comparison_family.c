/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_family.h"
#include "analyzer/diff/holm.h"
#include "analyzer/memory.h"

#include <stdlib.h>

void comparison_family_init(struct comparison_family *family, size_t most)
{
	*family = (struct comparison_family){
		.verdicts = xcalloc(most, sizeof(*family->verdicts)),
		.p = xcalloc(most, sizeof(*family->p)),
		.least = xcalloc(most, sizeof(*family->least)),
	};
}

void comparison_family_add(struct comparison_family *family,
			   struct comparison_verdict *verdict, double p,
			   double least)
{
	family->verdicts[family->count] = verdict;
	family->p[family->count] = p;
	family->least[family->count] = least;
	family->count++;
}

size_t comparison_family_decide(struct comparison_family *family)
{
	size_t tests = holm_leave_out(family->p, family->least, family->count,
				      SIGNIFICANCE_LEVEL);

	holm_adjust(family->p, family->count, tests);
	for (size_t i = 0; i < family->count; i++) {
		struct comparison_verdict *verdict = family->verdicts[i];

		verdict->p = (float)family->p[i];
		verdict->significant = verdict->p <= SIGNIFICANCE_LEVEL &&
				       !verdict->below_floor;
	}
	free(family->verdicts);
	free(family->p);
	free(family->least);
	*family = (struct comparison_family){ 0 };
	return tests;
}
