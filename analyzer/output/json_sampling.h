/* SPDX-License-Identifier: MIT */
/*
 * What rounding and intervals leave out of a sample's figures, and a comparison
 * needs: of each figure that rests on any samples
 * "KEY": [figure, variance, effective samples, samples]. Numbers are written
 * with all their digits, so that what is read again is the same.
 */
#ifndef ANALYZER_OUTPUT_JSON_SAMPLING_H
#define ANALYZER_OUTPUT_JSON_SAMPLING_H

#include "analyzer/output/json_members.h"
#include "analyzer/output/output.h"

/* "sampling":{...}; nothing if the profile is exact. */
void json_sampling_put(struct json_members *members,
		       const struct profile *profile, const struct site *row);

#endif
