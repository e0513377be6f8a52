/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/advice_change.h"
#include "analyzer/diff/frame_key.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

struct side {
	const struct advice_list *list;
	char **functions; /* of each, as frame_key.h has them; NULL: none */
	const struct advice_item **others; /* what each is on the other side */
};

static void side_init(struct side *side, const struct frame_pool *pool,
		      const struct advice_list *list)
{
	side->list = list;
	side->functions = xcalloc(list->count, sizeof(*side->functions));
	side->others = xcalloc(list->count, sizeof(*side->others));
	for (size_t i = 0; i < list->count; i++) {
		const struct pool_frame *frame =
			&pool->frames[list->items[i].frame];
		const char *name = frame_pool_name(pool, frame->function);

		if (name)
			side->functions[i] = frame_key_function(name);
	}
}

static void side_release(struct side *side)
{
	for (size_t i = 0; i < side->list->count; i++)
		free(side->functions[i]);
	free(side->functions);
	free(side->others);
}

static bool same_id(const struct side *old, size_t i, const struct side *new,
		    size_t j)
{
	return strcmp(old->list->items[i].id, new->list->items[j].id) == 0;
}

static bool same_function(const struct side *old, size_t i,
			  const struct side *new, size_t j)
{
	return old->functions[i] && new->functions[j] &&
	       strcmp(old->functions[i], new->functions[j]) == 0;
}

/* Findings are few: some dozens. */
static void pair(struct side *old, struct side *new,
		 bool (*same)(const struct side *old, size_t i,
			      const struct side *new, size_t j))
{
	for (size_t i = 0; i < old->list->count; i++) {
		const struct advice_item *a = &old->list->items[i];

		for (size_t j = 0; !old->others[i] && j < new->list->count;
		     j++) {
			const struct advice_item *b = &new->list->items[j];

			if (new->others[j] || a->detector != b->detector ||
			    !same(old, i, new, j))
				continue;
			old->others[i] = b;
			new->others[j] = a;
		}
	}
}

/* Those that are worth it here alone. */
static struct advice_change *take(const struct side *side, size_t *count)
{
	struct advice_change *changes =
		xcalloc(side->list->count, sizeof(*changes));

	for (size_t i = 0; i < side->list->count; i++) {
		const struct advice_item *item = &side->list->items[i];

		if (!item->worth ||
		    (side->others[i] && side->others[i]->worth))
			continue;
		changes[(*count)++] =
			(struct advice_change){ item, side->others[i] };
	}
	return changes;
}

void advice_changes_init(struct advice_changes *changes,
			 const struct frame_pool *pool,
			 const struct advice_list *old,
			 const struct advice_list *new)
{
	struct side before, after;

	*changes = (struct advice_changes){
		.unlike = old->sampled != new->sampled,
		.sampled = old->sampled,
	};
	if (changes->unlike)
		return;
	side_init(&before, pool, old);
	side_init(&after, pool, new);
	pair(&before, &after, same_id);
	pair(&before, &after, same_function);
	changes->gone = take(&before, &changes->gone_count);
	changes->new = take(&after, &changes->new_count);
	side_release(&before);
	side_release(&after);
}

void advice_changes_release(struct advice_changes *changes)
{
	free(changes->new);
	free(changes->gone);
	*changes = (struct advice_changes){ 0 };
}
