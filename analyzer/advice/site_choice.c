/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/site_choice.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analyzer/memory.h"

static bool is_id(const char *word)
{
	size_t digits = strspn(word, "0123456789abcdefABCDEF");

	return digits > 0 && digits < SITE_ID_BYTES && word[digits] == '\0';
}

static uint64_t hash_of(const struct report *report, const struct site *row)
{
	return report->ids.hashes[row->stack];
}

static void offer(struct site_choice *choice, size_t index,
		  const struct report *report, const struct site *row)
{
	if (index < SITE_CHOICE_NAMES)
		site_id_text(choice->names[index], &report->ids, row->stack);
}

/* Counts the ids that begin with a word; *found has one of them. Stacks in
 * generated code may share an id: they are one site. */
static size_t match(struct site_choice *choice, const struct report *report,
		    const char *word, const struct site **found)
{
	size_t matches = 0;

	for (size_t i = 0; i < report->row_count; i++) {
		const struct site *row = report->rows[i];
		char id[SITE_ID_BYTES];

		site_id_text(id, &report->ids, row->stack);
		if (strncasecmp(id, word, strlen(word)))
			continue;
		if (*found && hash_of(report, *found) == hash_of(report, row))
			continue;
		offer(choice, matches++, report, row);
		*found = row;
	}
	return matches;
}

/* All stacks with the row's frames: modules may have been at several places. */
static void choose(struct site_choice *choice, const struct report *report,
		   const struct site *row)
{
	const struct stack_tree *stacks = &report->recording->model.stacks;
	uint64_t hash = hash_of(report, row);

	if (!choice->chosen)
		choice->chosen = xcalloc(stacks->count, 1);
	if (choice->chosen[row->stack])
		return;
	for (uint32_t i = STACK_TRUNCATED; i < stacks->count; i++)
		if (stacks->canonical[i] == i && report->ids.hashes[i] == hash)
			choice->chosen[i] = 1;
	choice->chosen[row->stack] = 1;
	GROW(choice->rows, choice->capacity, choice->count);
	choice->rows[choice->count++] = row;
}

enum site_choice_status site_choice_add(struct site_choice *choice,
					const struct report *report,
					const char *word)
{
	const struct site *row = NULL;

	memset(choice->names, 0, sizeof(choice->names));
	if (!is_id(word))
		return SITE_CHOICE_NO_ID;
	choice->matches = match(choice, report, word, &row);
	if (choice->matches > 1)
		return SITE_CHOICE_AMBIGUOUS;
	if (choice->matches == 0) {
		for (size_t i = 0; i < report->row_count; i++)
			offer(choice, i, report, report->rows[i]);
		return SITE_CHOICE_NONE;
	}
	choose(choice, report, row);
	return SITE_CHOICE_OK;
}

bool site_choice_add_stack(struct site_choice *choice,
			   const struct report *report, uint32_t stack)
{
	uint32_t id = stack_tree_id(&report->recording->model.stacks, stack);

	for (size_t i = 0; i < report->row_count; i++) {
		if (hash_of(report, report->rows[i]) != report->ids.hashes[id])
			continue;
		choose(choice, report, report->rows[i]);
		return true;
	}
	return false;
}

void site_choice_release(struct site_choice *choice)
{
	free(choice->chosen);
	free(choice->rows);
	memset(choice, 0, sizeof(*choice));
}
