/* SPDX-License-Identifier: MIT */
/*
 * The members of a JSON object, written as they are made, for objects of which
 * there may be many. Keys are ours, and need no escapes; what does is made with
 * json_value.h, and goes behind json_members_key().
 */
#ifndef ANALYZER_OUTPUT_JSON_MEMBERS_H
#define ANALYZER_OUTPUT_JSON_MEMBERS_H

#include <stdbool.h>
#include <stdio.h>

#include "analyzer/estimate.h"

struct json_members {
	FILE *file;
	bool begun; /* one was written: the next one has a comma */
};

/* The key of a value that is written next. */
void json_members_key(struct json_members *members, const char *key);

/* Rounded; null unless finite. */
void json_members_whole(struct json_members *members, const char *key,
			double value);
/* To 9 digits, as other reals are; null unless finite. */
void json_members_real(struct json_members *members, const char *key,
		       double value);
/* KEY, and of a sample KEY_low and KEY_high. */
void json_members_estimate(struct json_members *members, const char *key,
			   const struct estimate *e);

#endif
