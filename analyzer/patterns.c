/* SPDX-License-Identifier: MIT */
#include "analyzer/patterns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define FLAGS (REG_EXTENDED | REG_NOSUB)

static bool is_whole(const char *text, size_t len)
{
	char *start = xstrndup(text, len);
	regex_t regex;
	bool whole = regcomp(&regex, start, FLAGS) == 0;

	if (whole)
		regfree(&regex);
	free(start);
	return whole;
}

/* After the longest beginning that is a pattern comes what cannot be. */
static size_t fault(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && !is_whole(text, len - 1))
		len--;
	return len;
}

int patterns_add(struct patterns *patterns, const char *text,
		 struct pattern_problem *problem)
{
	regex_t regex;
	int error;

	problem->place = 0;
	if (!*text || strlen(text) > PATTERN_BYTES_MAX) {
		snprintf(problem->why, sizeof(problem->why),
			 *text ? "longer than %d bytes" : "empty",
			 PATTERN_BYTES_MAX);
		return -1;
	}
	error = regcomp(&regex, text, FLAGS);
	if (error) {
		regerror(error, &regex, problem->why, sizeof(problem->why));
		problem->place = fault(text);
		return -1;
	}
	GROW(patterns->list, patterns->capacity, patterns->count);
	patterns->list[patterns->count++] =
		(struct pattern){ xstrndup(text, strlen(text)), regex };
	return 0;
}

void patterns_release(struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		free(patterns->list[i].text);
		regfree(&patterns->list[i].regex);
	}
	free(patterns->list);
	*patterns = (struct patterns){ 0 };
}

bool patterns_match(const struct patterns *patterns, const char *text)
{
	for (size_t i = 0; text && i < patterns->count; i++)
		if (regexec(&patterns->list[i].regex, text, 0, NULL, 0) == 0)
			return true;
	return false;
}
