/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/size_classes.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/address_map.h"
#include "analyzer/advice/class_tables.h"
#include "analyzer/memory.h"

#define LEARNED_MAX (64u << 10)
#define REQUEST_MAX (UINT64_C(1) << 47)

/* Requests that were seen to get a usable size: from `least` on. */
struct learned_class {
	uint64_t usable;
	uint64_t least;
};

struct size_classes {
	struct class_table table;
	struct size_agreement agreement;
	struct address_map exact; /* request + 1 to the least usable size seen */
	struct learned_class *learned; /* made of it when needed */
	size_t learned_count;
	bool stale; /* `learned` is not up to date */
};

struct size_classes *size_classes_new(const struct recording *recording)
{
	struct size_classes *classes = xcalloc(1, sizeof(*classes));

	class_table_init(&classes->table, &recording->model.meta);
	address_map_init(&classes->exact);
	return classes;
}

void size_classes_free(struct size_classes *classes)
{
	if (!classes)
		return;
	address_map_release(&classes->exact);
	free(classes->learned);
	free(classes);
}

/* An aligned block has room for its alignment, and a block that realloc left
 * where it was may keep what it had. */
static bool tells_class(const struct event *event)
{
	switch (event->kind) {
	case EVENT_MALLOC:
	case EVENT_CALLOC:
	case EVENT_REALLOC_NULL:
	case EVENT_NEW:
	case EVENT_NEW_ARRAY:
		return event->has_detail && event->size <= REQUEST_MAX &&
		       event->usable_bytes >= event->size &&
		       event->usable_bytes <= 2 * REQUEST_MAX &&
		       event->usable_bytes != 0;
	default:
		return false;
	}
}

void size_classes_learn(struct size_classes *classes,
			const struct event *event)
{
	uint64_t seen;

	if (!tells_class(event))
		return;
	classes->agreement.checked++;
	classes->agreement.agreed += event->usable_bytes ==
		class_table_usable(&classes->table, event->size);
	seen = address_map_get(&classes->exact, event->size + 1);
	if ((seen && seen <= event->usable_bytes) ||
	    (!seen && classes->exact.count >= LEARNED_MAX))
		return;
	address_map_put(&classes->exact, event->size + 1, event->usable_bytes);
	classes->stale = true;
}

struct size_agreement
size_classes_agreement(const struct size_classes *classes)
{
	struct size_agreement agreement = classes->agreement;

	agreement.table = classes->table.allocator != ALLOCATOR_UNKNOWN &&
			  agreement.agreed >= agreement.checked -
						      agreement.checked / 10;
	return agreement;
}

static int by_usable(const void *left, const void *right)
{
	const struct learned_class *a = left, *b = right;

	if (a->usable != b->usable)
		return a->usable < b->usable ? -1 : 1;
	return a->least < b->least ? -1 : a->least > b->least;
}

/* One entry for each usable size, ascending. */
static void sort_learned(struct size_classes *classes)
{
	const struct address_map *exact = &classes->exact;
	size_t count = 0, kept = 0;

	classes->stale = false;
	classes->learned = xreallocarray(classes->learned, exact->count + 1,
					 sizeof(*classes->learned));
	for (size_t i = 0; i <= exact->mask; i++)
		if (exact->slots[i].address)
			classes->learned[count++] = (struct learned_class){
				exact->slots[i].value,
				exact->slots[i].address - 1 };
	qsort(classes->learned, count, sizeof(*classes->learned), by_usable);
	for (size_t i = 0; i < count; i++)
		if (!kept || classes->learned[kept - 1].usable !=
				     classes->learned[i].usable)
			classes->learned[kept++] = classes->learned[i];
	classes->learned_count = kept;
}

/* The index of the first learned class with room for a request. */
static size_t find_learned(struct size_classes *classes, uint64_t request)
{
	size_t low = 0, high;

	if (classes->stale)
		sort_learned(classes);
	high = classes->learned_count;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (classes->learned[middle].usable < request)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t size_classes_usable(struct size_classes *classes, uint64_t request)
{
	uint64_t exact = request <= REQUEST_MAX ?
		address_map_get(&classes->exact, request + 1) : 0;
	size_t at;

	if (exact)
		return exact;
	if (size_classes_agreement(classes).table)
		return class_table_usable(&classes->table, request);
	at = find_learned(classes, request);
	return at < classes->learned_count &&
			       classes->learned[at].least <= request ?
		       classes->learned[at].usable : 0;
}

/* By halving, since the table ascends: what the largest request gets that gets
 * less than this one. */
static uint64_t table_below(const struct class_table *table, uint64_t request)
{
	uint64_t usable = class_table_usable(table, request);
	uint64_t low = 0, high = request; /* usable(high) == usable */

	if (class_table_usable(table, 0) >= usable)
		return 0;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (class_table_usable(table, middle) < usable)
			low = middle;
		else
			high = middle;
	}
	return class_table_usable(table, low);
}

uint64_t size_classes_below(struct size_classes *classes, uint64_t request)
{
	size_t at;

	if (size_classes_agreement(classes).table)
		return request <= REQUEST_MAX ?
			       table_below(&classes->table, request) : 0;
	at = find_learned(classes, request);
	return at > 0 ? classes->learned[at - 1].usable : 0;
}
