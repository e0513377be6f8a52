/* SPDX-License-Identifier: MIT */
/*
 * What a request of the recorded program took: the usable size that its
 * allocator gave. From a table, where the allocator is known; where the details
 * of recorded calls say otherwise, they are right, for requests of just that
 * size; and where they say so often, the table is not used at all. An unknown
 * allocator is known by its details alone. At most 64 K sizes are kept. One
 * thread.
 */
#ifndef ANALYZER_ADVICE_SIZE_CLASSES_H
#define ANALYZER_ADVICE_SIZE_CLASSES_H

#include "analyzer/recording.h"

struct size_classes;

struct size_classes *size_classes_new(const struct recording *recording);
void size_classes_free(struct size_classes *classes);

/* Takes in an event, of any kind; looks only at those that have details. */
void size_classes_learn(struct size_classes *classes,
			const struct event *event);

/* How far the allocator's table agreed with what was learned. */
struct size_agreement {
	uint64_t checked; /* calls with details */
	uint64_t agreed;
	bool table; /* there is one, and nine in ten of them agreed */
};
struct size_agreement
size_classes_agreement(const struct size_classes *classes);

/* Usable bytes of a request, or 0 if not known. Never less than the request. */
uint64_t size_classes_usable(struct size_classes *classes, uint64_t request);

/*
 * The usable size of the next smaller class, to which a request would have to
 * shrink; 0: there is none, or none is known. What a request is above it, it
 * wastes nearly a class for.
 */
uint64_t size_classes_below(struct size_classes *classes, uint64_t request);

#endif
