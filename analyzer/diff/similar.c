/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/similar.h"
#include "analyzer/memory.h"

#include <stdlib.h>

#define SLOTS_LEAST 256

static size_t slot_of(const struct call_set *set, uint64_t call)
{
	size_t slot = call & (set->capacity - 1);

	while (set->slots[slot] && set->slots[slot] != call)
		slot = (slot + 1) & (set->capacity - 1);
	return slot;
}

static void enlarge(struct call_set *set)
{
	struct call_set larger = {
		.count = set->count,
		.capacity = set->capacity ? set->capacity * 2 : SLOTS_LEAST,
	};

	larger.slots = xcalloc(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < set->capacity; i++)
		if (set->slots[i])
			larger.slots[slot_of(&larger, set->slots[i])] =
				set->slots[i];
	free(set->slots);
	*set = larger;
}

void call_set_add(struct call_set *set, uint64_t call)
{
	size_t slot;

	if ((set->count + 1) * 2 > set->capacity)
		enlarge(set);
	slot = slot_of(set, call);
	if (!set->slots[slot])
		set->count++;
	set->slots[slot] = call;
}

bool call_set_has(const struct call_set *set, uint64_t call)
{
	return set->capacity > 0 && set->slots[slot_of(set, call)] == call;
}

void call_set_release(struct call_set *set)
{
	free(set->slots);
	*set = (struct call_set){ 0 };
}

void similar_common(struct call_sequence *sequence, const struct call_set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < sequence->count; i++)
		if (call_set_has(set, sequence->calls[i]))
			sequence->calls[count++] = sequence->calls[i];
	sequence->count = count;
}

static double weight(size_t i)
{
	return 1 / (1 + (double)i);
}

static double weight_of(const struct call_sequence *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum += weight(i);
	return sum;
}

/* Past the calls that stand here on one side only; is there such a one? */
static bool skip(const struct call_sequence *s, size_t *i, uint64_t until,
		 const struct call_set *other)
{
	size_t first = *i;

	while (*i < s->count &&
	       (other ? !call_set_has(other, s->calls[*i]) :
			s->calls[*i] != until))
		(*i)++;
	return *i > first;
}

/* Sum of the weights of common calls, 0 if it is no common place. */
static double common_weight(const struct call_sequence *old,
			    const struct call_sequence *new,
			    const struct call_set *old_set,
			    const struct call_set *new_set)
{
	double sum = 0;
	size_t i = 0, j = 0;

	for (;;) {
		bool skipped_old = skip(old, &i, 0, new_set);
		bool skipped_new = skip(new, &j, 0, old_set);

		if (skipped_old && skipped_new)
			return 0; /* one in place of another */
		if (i == old->count || j == new->count)
			break;
		if (old->calls[i] != new->calls[j])
			return 0;
		sum += weight(i++) + weight(j++);
	}
	return i == old->count && j == new->count ? sum : 0;
}

/* Are all calls of the shorter in the longer, in order? */
static double contained_weight(const struct call_sequence *shorter,
			       const struct call_sequence *longer)
{
	double sum = 0;
	size_t j = 0;

	for (size_t i = 0; i < shorter->count; i++) {
		skip(longer, &j, shorter->calls[i], NULL);
		if (j == longer->count)
			return 0;
		sum += weight(i) + weight(j++);
	}
	return sum;
}

double similar_score(const struct call_sequence *old,
		     const struct call_sequence *new,
		     const struct call_set *old_set,
		     const struct call_set *new_set)
{
	double common;

	if (old->count == 0 || new->count == 0 || old->cut != new->cut)
		return 0;
	/* With lines, inlined calls show: the function itself is another. */
	if (old->calls[0] != new->calls[0] && (old->lined || new->lined))
		return 0;
	if (old_set)
		common = common_weight(old, new, old_set, new_set);
	else if (old->count <= new->count)
		common = contained_weight(old, new);
	else
		common = contained_weight(new, old);
	return common / (weight_of(old) + weight_of(new));
}
