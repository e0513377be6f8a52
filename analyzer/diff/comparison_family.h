/* SPDX-License-Identifier: MIT */
/*
 * Tests whose verdicts are corrected together, so that the chance of any false
 * one among them is what was asked for: see holm.h.
 */
#ifndef ANALYZER_DIFF_COMPARISON_FAMILY_H
#define ANALYZER_DIFF_COMPARISON_FAMILY_H

#include "analyzer/diff/comparison.h"

/* Zeroed at first; released by comparison_family_decide(). */
struct comparison_family {
	struct comparison_verdict **verdicts;
	double *p, *least;
	size_t count, room;
	size_t ranked; /* the user's, of the tests by ranks */
};

/* A test's p, and the least that it could have been. The verdict, with
 * below_floor set, must stay where it is. */
void comparison_family_add(struct comparison_family *family,
			   struct comparison_verdict *verdict, double p,
			   double least);

/* Corrects, decides; returns how many tests could have been significant. */
size_t comparison_family_decide(struct comparison_family *family);

#endif
