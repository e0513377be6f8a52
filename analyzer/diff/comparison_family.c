/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_family.h"
#include "analyzer/diff/holm.h"
#include "analyzer/memory.h"

#include <stdlib.h>

static void grow(struct comparison_family *family)
{
	size_t room = family->room ? 2 * family->room : 64;

	family->verdicts = xreallocarray(family->verdicts, room,
					 sizeof(*family->verdicts));
	family->p = xreallocarray(family->p, room, sizeof(*family->p));
	family->least =
		xreallocarray(family->least, room, sizeof(*family->least));
	family->room = room;
}

void comparison_family_add(struct comparison_family *family,
			   struct comparison_verdict *verdict, double p,
			   double least)
{
	if (family->count == family->room)
		grow(family);
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
