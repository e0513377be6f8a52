/* SPDX-License-Identifier: MIT */
#include "analyzer/output/advice.h"

#include <string.h>

size_t advice_frames(struct frame_list *list, const struct advice *advice,
		     const struct finding *finding)
{
	struct fold_place at = { .node = finding->stack };
	size_t skipped = 0;

	frame_list_read(list, advice->symbols, &advice->recording->model.stacks,
			finding->stack);
	while (skipped + 1 < list->count &&
	       (at.node != finding->place.node ||
		at.call != finding->place.call)) {
		at = fold_caller(&advice->fold, at);
		skipped++;
	}
	list->count -= list->count ? skipped : 0;
	if (skipped > 0)
		memmove(list->frames, list->frames + skipped,
			list->count * sizeof(*list->frames));
	return skipped;
}
