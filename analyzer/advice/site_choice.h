/* SPDX-License-Identifier: MIT */
/*
 * From what a user calls a site to the stacks that it is: those whose id, as
 * reports print it, is the word or begins with it. Other kinds of names (a
 * finding's, say) belong here, too. One thread.
 */
#ifndef ANALYZER_ADVICE_SITE_CHOICE_H
#define ANALYZER_ADVICE_SITE_CHOICE_H

#include "analyzer/report.h"

enum site_choice_status {
	SITE_CHOICE_OK,
	SITE_CHOICE_NO_ID,     /* no word that an id could be */
	SITE_CHOICE_NONE,      /* nothing that allocates is called so */
	SITE_CHOICE_AMBIGUOUS, /* several are */
};

#define SITE_CHOICE_NAMES 4

/* Zeroed at first. */
struct site_choice {
	uint8_t *chosen; /* by canonical stack id; NULL: none yet */
	const struct site **rows; /* of the report */
	size_t count, capacity;
	/* Of the word that was not accepted: ids to offer; the ones that it
	 * may mean, or those with most calls. Any may be "". */
	char names[SITE_CHOICE_NAMES][SITE_ID_BYTES];
	size_t matches; /* of an ambiguous one */
};

/* The report is by site. The same site twice is once. */
enum site_choice_status site_choice_add(struct site_choice *choice,
					const struct report *report,
					const char *word);
/* A stack, by any of its ids; false if the report has no row with its frames. */
bool site_choice_add_stack(struct site_choice *choice,
			   const struct report *report, uint32_t stack);
void site_choice_release(struct site_choice *choice);

/* Is a stack, by any of its ids, one of them? */
static inline bool site_choice_has(const struct site_choice *choice,
				   const struct stack_tree *stacks, uint32_t id)
{
	return choice->chosen[stack_tree_id(stacks, id)];
}

#endif
