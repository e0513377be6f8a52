/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/condition.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define DIGITS_MAX 15 /* a whole number of so many is exact in a double */
#define DECIMALS_MAX 6
#define UNFOLDED_MAX 20000 /* bytes of a pattern, its repeats written out */

#define OPERATORS "an operator is one of > >= < <="
#define METRICS \
	"a metric is one of calls, bytes, peak, leaked, leaked-blocks, " \
	"temporary"

/* A part of the text, without blanks around it. */
struct part {
	const char *start, *end;
};

/* The text that is read, what is made of it, and what is wrong with it. */
struct parse {
	const char *text;
	struct condition *condition;
	struct condition_error *error;
};

static int fail(const struct parse *p, const char *at, const char *why)
{
	p->error->place = (size_t)(at - p->text) + 1;
	snprintf(p->error->why, sizeof(p->error->why), "%s", why);
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

static struct part trim(const char *start, const char *end)
{
	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	return (struct part){ start, end };
}

static size_t length(const struct part *part)
{
	return (size_t)(part->end - part->start);
}

static bool is_word(const struct part *part, const char *word)
{
	return strlen(word) == length(part) &&
	       memcmp(word, part->start, length(part)) == 0;
}

static int parse_metric(const struct parse *p, const struct part *part)
{
	for (int i = 0; i < CONDITION_METRICS; i++)
		if (is_word(part, condition_metric_name(
					  (enum condition_metric)i))) {
			p->condition->metric = (enum condition_metric)i;
			return 0;
		}
	if (is_word(part, "allocations"))
		return 0; /* calls: it is set */
	for (const char *at = part->start; at < part->end; at++)
		if (strchr("<>=!", *at))
			return fail(p, at, OPERATORS);
	return fail(p, part->start, METRICS);
}

static double repeat(const char *at)
{
	double number = 0, most = 1;

	for (; isdigit((unsigned char)*at) || *at == ','; at++) {
		number = *at == ',' ? 0 : number * 10 + (*at - '0');
		most = fmax(most, number);
	}
	return most;
}

/*
 * How large a pattern grows at most by its {m,n}: regcomp() copies what they
 * repeat, and those within each copy, so that a short one could take any
 * memory.
 */
static double unfolded(const char *text)
{
	double bytes = (double)strlen(text);

	while ((text = strchr(text, '{')))
		bytes *= repeat(++text);
	return bytes;
}

static int parse_site(const struct parse *p, const struct part *part)
{
	struct pattern_problem problem;
	char *text;
	int ret = -1;

	if (part->start == part->end)
		return fail(p, part->start,
			    "no pattern: site:REGEX:METRIC is expected");
	text = xstrndup(part->start, length(part));
	if (unfolded(text) > UNFOLDED_MAX)
		fail(p, part->start, "the pattern repeats its parts too often");
	else if (patterns_add(&p->condition->site, text, &problem) == 0)
		ret = 0;
	else
		fail(p, part->start + (problem.place ? problem.place - 1 : 0),
		     problem.why);
	free(text);
	return ret;
}

/* Digits and decimals as one whole number; limit->scale is what it is too
 * large by. Returns what follows, NULL after an error. */
static const char *parse_number(const struct parse *p, const char *at)
{
	struct condition_limit *limit = &p->condition->limit;
	int digits = 0, decimals = -1;

	*limit = (struct condition_limit){ 0, 1 };
	if (!isdigit((unsigned char)*at)) {
		fail(p, at, "a number is expected, as in +5%, +1MiB or 100");
		return NULL;
	}
	for (; isdigit((unsigned char)*at) ||
	       (*at == '.' && decimals < 0); at++) {
		if (*at == '.') {
			decimals = 0;
			continue;
		}
		if (++digits > DIGITS_MAX || decimals == DECIMALS_MAX) {
			fail(p, at, digits > DIGITS_MAX ?
					    "the number is too long" :
					    "more than six decimals");
			return NULL;
		}
		limit->number = limit->number * 10 + (*at - '0');
		if (decimals >= 0) {
			limit->scale *= 10;
			decimals++;
		}
	}
	if (decimals == 0) {
		fail(p, at, "decimals are expected");
		return NULL;
	}
	return at;
}

/* What follows K, M, G or T; NULL: it is no unit. */
static const char *skip_unit(const char *at)
{
	if (strchr("KMGT", toupper((unsigned char)*at)))
		at += at[1] == 'i' && at[2] == 'B' ? 3 : 1;
	else if (*at == 'B')
		at++;
	return isalnum((unsigned char)*at) ? NULL : at;
}

/* After the number: %, or a unit of bytes, if anything. */
static const char *parse_unit(const struct parse *p, const char *at)
{
	static const char letters[] = "KMGT";
	struct condition *c = p->condition;
	bool change = c->of == CONDITION_OF_CHANGE;
	const char *letter, *end;

	if (*at == '%' && change) {
		c->of = CONDITION_OF_RELATIVE;
		c->limit.scale *= 100;
		return at + 1;
	}
	if (*at == '%') {
		fail(p, at, "5% of what? +5% is a change");
		return NULL;
	}
	if (!isalpha((unsigned char)*at))
		return at;
	if (!condition_metric_is_bytes(c->metric)) {
		fail(p, at, "only bytes have units; this is a plain number");
		return NULL;
	}
	end = skip_unit(at);
	if (!end) {
		fail(p, at, "units are B, K, M, G, T, KiB, MiB, GiB, TiB");
		return NULL;
	}
	letter = strchr(letters, toupper((unsigned char)*at));
	if (letter)
		c->limit.number = ldexp(c->limit.number,
					10 * (int)(letter - letters + 1));
	return end;
}

static int parse_value(const struct parse *p, const char *at)
{
	struct condition *c = p->condition;
	bool negative;

	at = skip_blanks(at);
	negative = *at == '-';
	c->of = CONDITION_OF_NEW;
	if (*at == '-' || *at == '+') {
		c->of = CONDITION_OF_CHANGE;
		at = skip_blanks(at + 1);
	}
	at = parse_number(p, at);
	if (at)
		at = parse_unit(p, skip_blanks(at));
	if (!at)
		return -1;
	if (negative)
		c->limit.number = -c->limit.number;
	at = skip_blanks(at);
	return *at ? fail(p, at, "the condition should end here") : 0;
}

/* The last < or >, what is before it and what is behind. */
static int parse_operator(const struct parse *p, const char **before,
			  const char **behind)
{
	const char *at = NULL;
	bool above, equal;

	for (const char *c = p->text; *c; c++)
		if (*c == '<' || *c == '>')
			at = c;
	if (!at) {
		at = strpbrk(p->text, "=!");
		return fail(p, at ? at : strchr(p->text, '\0'), OPERATORS);
	}
	above = *at == '>';
	equal = at[1] == '=';
	*before = at;
	*behind = at + 1 + equal;
	p->condition->relation = above ? equal ? CONDITION_AT_LEAST :
						 CONDITION_ABOVE :
				 equal ? CONDITION_AT_MOST : CONDITION_BELOW;
	return 0;
}

static int parse(const struct parse *p)
{
	static const char prefix[] = "site:";
	const char *start = skip_blanks(p->text), *colon;
	const char *before = start, *behind = start;
	struct part part;

	if (strlen(p->text) > CONDITION_BYTES_MAX)
		return fail(p, p->text + CONDITION_BYTES_MAX, "too long");
	if (!*start)
		return fail(p, start, "empty; METRIC > VALUE is expected");
	if (parse_operator(p, &before, &behind) < 0)
		return -1;
	colon = memrchr(start, ':', (size_t)(before - start));
	if (colon && strncmp(start, prefix, strlen(prefix)) == 0) {
		start += strlen(prefix);
		if (colon < start)
			return fail(p, start, "site:REGEX:METRIC is expected");
		part = trim(colon + 1, before);
		if (parse_metric(p, &part) < 0)
			return -1;
		part = trim(start, colon);
		if (parse_site(p, &part) < 0)
			return -1;
	} else {
		part = trim(start, before);
		if (parse_metric(p, &part) < 0)
			return -1;
	}
	return parse_value(p, behind);
}

int condition_parse(struct condition *condition, const char *text,
		    struct condition_error *error)
{
	struct parse p = { text, condition, error };
	struct part all = trim(text, strchr(text, '\0'));

	*condition = (struct condition){ 0 };
	*error = (struct condition_error){ 0 };
	if (parse(&p) < 0) {
		condition_release(condition);
		return -1;
	}
	condition->text = xstrndup(all.start, length(&all));
	return 0;
}
