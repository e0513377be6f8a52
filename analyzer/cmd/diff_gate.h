/* SPDX-License-Identifier: MIT */
/*
 * --fail-on and --budget of diff: what must not be, and whether it is. A
 * condition about sites holds for each row of such a site. Where it would hold
 * if names were known that are not there any more (lost_names.h), or holds only
 * because they are not, nobody can tell: it is not judged, which is said. Nor
 * is one that events which are missing might decide (comparison_doubt.h).
 */
#ifndef ANALYZER_CMD_DIFF_GATE_H
#define ANALYZER_CMD_DIFF_GATE_H

#include "analyzer/diff/budget.h"
#include "analyzer/diff/comparison.h"

/* Zeroed at first. */
struct diff_gate {
	struct budget *budgets; /* one for each --budget */
	size_t budget_count, budget_capacity;
	struct condition *conditions; /* those of --fail-on */
	size_t condition_count, condition_capacity;
	char **failed; /* lines, fit for a terminal */
	size_t failed_count, failed_capacity;
	/* Conditions that names or events are missing for, likewise. */
	char **unjudged;
	size_t unjudged_count, unjudged_capacity;
	bool unnamed, incomplete; /* which of the two, for some */
	size_t lost_new, lost_gone; /* private: see comparison_lost_rows() */
};

/* 0, or CMD_EXIT_ERROR after saying what is wrong. */
int diff_gate_add_condition(struct diff_gate *gate, const char *text);
int diff_gate_add_budget(struct diff_gate *gate, const char *path);
void diff_gate_release(struct diff_gate *gate);

/* The metrics that it asks for: bits. */
unsigned int diff_gate_metrics(const struct diff_gate *gate);

/* Fills `failed` and `unjudged`. */
void diff_gate_judge(struct diff_gate *gate,
		     struct comparison *comparison);

#endif
