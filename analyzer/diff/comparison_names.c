/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_names.h"
#include "analyzer/memory.h"

#include <stdlib.h>

void comparison_choose(struct comparison_choice *choice,
		       const struct comparison_part *part)
{
	GROW(choice->parts, choice->capacity, choice->count);
	choice->parts[choice->count++] = *part;
}

static void name_run(struct comparison *c, uint32_t run,
		     const struct comparison_choice *choice)
{
	struct snapshot *snapshot = c->runs[run].snapshot;
	uint32_t *codes = xcalloc(choice->count, sizeof(*codes));
	size_t count = 0;

	for (size_t i = 0; i < choice->count; i++)
		if (choice->parts[i].run == run)
			codes[count++] =
				snapshot->rows[choice->parts[i].row].code;
	if (count > 0)
		naming_run(&c->naming, snapshot, codes, count);
	free(codes);
}

void comparison_name_parts(struct comparison *c,
			   const struct comparison_choice *choice)
{
	for (uint32_t run = (uint32_t)c->run_count; run-- > 0;)
		name_run(c, run, choice);
}

static void name_row(const struct comparison *c, struct comparison_row *row)
{
	if (row->code)
		row->stack = naming_stack(&c->naming, row->code);
}

/* The last part of a row is what it is shown as. */
void comparison_name(struct comparison *c, struct comparison_row *const *rows,
		     size_t count)
{
	struct comparison_choice choice = { 0 };

	for (size_t i = 0; i < count; i++)
		if (rows[i]->code)
			comparison_choose(&choice,
					  &c->parts[rows[i]->first_part +
						    rows[i]->part_count - 1]);
	comparison_name_parts(c, &choice);
	for (size_t i = 0; i < count; i++)
		name_row(c, rows[i]);
	free(choice.parts);
}

void comparison_show(struct comparison *c, size_t count)
{
	struct comparison_row **rows;

	if (count > c->changed_count)
		comparison_sort_rest(c);
	if (count > c->row_count)
		count = c->row_count;
	rows = xcalloc(count, sizeof(struct comparison_row *));
	for (size_t i = 0; i < count; i++)
		rows[i] = &c->rows[i];
	comparison_name(c, rows, count);
	free(rows);
}
