/* SPDX-License-Identifier: MIT */
#include "analyzer/patterns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define FLAGS (REG_EXTENDED | REG_NOSUB)
#define STEPS_MAX 2000 /* states of the automaton, about */

/* The bytes of a bracket expression, from its '[' on. */
static size_t bracket_length(const char *text)
{
	size_t at = 1 + (text[1] == '^');

	at += text[at] == ']'; /* the first one is itself */
	while (text[at] && text[at] != ']') {
		const char kind = text[at + 1];
		const char *end = NULL;

		if (text[at] == '[' && kind && strchr(":.=", kind))
			end = strstr(text + at + 2, (char[]){ kind, ']', 0 });
		at = end ? (size_t)(end + 2 - text) : at + 1;
	}
	return at + (text[at] == ']');
}

/* How often regcomp() writes out what {n}, {n,} or {n,m} follows. */
static double brace_times(const char *text)
{
	char *end;
	double least = (double)strtoul(text + 1, &end, 10), most = least;

	if (*end == ',')
		most = (double)strtoul(end + 1, &end, 10);
	return fmax(fmax(least + 1, most), 1);
}

bool pattern_is_modest(const char *text)
{
	double outer[PATTERN_BYTES_MAX + 1], sum = 0, last = 0;
	size_t depth = 0;

	if (strlen(text) > PATTERN_BYTES_MAX)
		return false;
	while (*text && sum <= STEPS_MAX) {
		size_t len = 1;

		if (*text == '(') {
			outer[depth++] = sum;
			sum = last = 0;
		} else if (*text == ')' && depth > 0) {
			last = sum + 1;
			sum = outer[--depth] + last;
		} else if (*text == '+' || *text == '{') {
			double times = *text == '+' ? 2 : brace_times(text);

			sum += last * (times - 1);
			last *= times;
		} else if (*text != '*' && *text != '?') {
			if (*text == '[')
				len = bracket_length(text);
			else if (*text == '\\' && text[1])
				len = 2;
			sum += last = 1;
		}
		text += len;
	}
	return sum <= STEPS_MAX;
}

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
	if (!pattern_is_modest(text)) {
		snprintf(problem->why, sizeof(problem->why),
			 "repeats within repeats come to too much");
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
