/* SPDX-License-Identifier: MIT */
#include "analyzer/patterns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define FLAGS (REG_EXTENDED | REG_NOSUB)
#define STEPS_MAX 2000 /* states of the automaton, about */
#define WAYS_MAX 5000  /* through repeats that may be left out, about */

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

/* Of the character, bracket expression, escape or {n,m} that stands there. */
static size_t token_length(const char *text)
{
	size_t digits;

	switch (*text) {
	case '[':
		return bracket_length(text);
	case '\\':
		return text[1] ? 2 : 1;
	case '{':
		digits = strspn(text + 1, "0123456789,");
		return text[1 + digits] == '}' ? digits + 2 : 1;
	default:
		return 1;
	}
}

/*
 * What a part of a pattern comes to. Through what may be left out regcomp()
 * goes every way that there is, once more for each way in a repeat of it.
 */
struct extent {
	double steps, ways;
};

static void add(struct extent *to, const struct extent *part, double sign)
{
	to->steps += sign * part->steps;
	to->ways += sign * part->ways;
}

/* What {n}, {n,} or {n,m} makes of the part before it. */
static struct extent in_braces(struct extent part, const char *text)
{
	char *end;
	double least = (double)strtoul(text + 1, &end, 10), most = least;
	bool exact = *end != ',';
	double times;

	if (!exact)
		most = (double)strtoul(end + 1, &end, 10);
	times = fmax(fmax(least + 1, most), 1);
	part.steps *= times;
	part.ways = part.ways * times * (exact ? 1 : part.ways + 1) +
		    (exact ? 0 : times);
	return part;
}

static struct extent repeated(struct extent part, const char *text)
{
	switch (*text) {
	case '{':
		return in_braces(part, text);
	case '+': /* written out twice */
		part.steps *= 2;
		part.ways = part.ways * (part.ways + 1) + 1;
		return part;
	default:
		part.ways++;
		return part;
	}
}

static bool is_modest(const struct extent *all)
{
	return all->steps <= STEPS_MAX && all->ways <= WAYS_MAX;
}

bool pattern_is_modest(const char *text)
{
	struct extent outer[PATTERN_BYTES_MAX + 1], all = { 0 }, last = { 0 };
	size_t depth = 0;

	if (strlen(text) > PATTERN_BYTES_MAX)
		return false;
	while (*text && is_modest(&all)) {
		if (*text == '(') {
			outer[depth++] = all;
			all = last = (struct extent){ 0 };
		} else if (*text == ')' && depth > 0) {
			last = all;
			last.steps++;
			all = outer[--depth];
			add(&all, &last, 1);
		} else if (strchr("+*?{", *text)) {
			add(&all, &last, -1);
			last = repeated(last, text);
			add(&all, &last, 1);
		} else {
			last = (struct extent){ .steps = 1 };
			all.steps++;
		}
		text += token_length(text);
	}
	return is_modest(&all);
}

size_t pattern_back_reference(const char *text)
{
	for (size_t at = 0; text[at]; at += token_length(text + at))
		if (text[at] == '\\' && text[at + 1] >= '1' &&
		    text[at + 1] <= '9')
			return at + 1;
	return 0;
}

/* Of a text that regcomp() should not see. */
static bool is_refused(const char *text, struct pattern_problem *problem)
{
	problem->place = 0;
	if (!*text || strlen(text) > PATTERN_BYTES_MAX) {
		snprintf(problem->why, sizeof(problem->why),
			 *text ? "longer than %d bytes" : "empty",
			 PATTERN_BYTES_MAX);
		return true;
	}
	if (!pattern_is_modest(text)) {
		snprintf(problem->why, sizeof(problem->why),
			 "repeats within repeats come to too much");
		return true;
	}
	problem->place = pattern_back_reference(text);
	if (problem->place)
		snprintf(problem->why, sizeof(problem->why),
			 "references back to a group are not supported");
	return problem->place > 0;
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

	if (is_refused(text, problem))
		return -1;
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
