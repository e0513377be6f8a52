/* SPDX-License-Identifier: MIT */
/*
 * A matcher with captures that backtracks: each try saves the captures in a
 * block of its own and frees it when the try is over. Every pair looks alike,
 * but tries nest: 714,165 pairs of 20 bytes, up to 13 at a time, so one kept
 * buffer would be overwritten. (A local variable is right, as each level of the
 * recursion has its own.)
 *
 * near: hoist live: L_max 13, over 1
 * allow: stack match_here
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 5
#define LINES 5000

struct captures {
	unsigned short start[GROUPS], end[GROUPS];
};

struct matcher {
	const char *pattern, *line;
	struct captures captures;
	unsigned long tries;
};

static int match_here(struct matcher *matcher, const char *pattern,
		      const char *text);

/* Tries the rest of the pattern; a failure puts the captures back. */
static int match_star(struct matcher *matcher, const char *pattern,
		      const char *text)
{
	for (const char *end = text;; end++) {
		if (match_here(matcher, pattern + 2, end))
			return 1;
		if (!*end || (*pattern != '.' && *pattern != *end))
			return 0;
	}
}

static int match_group(struct matcher *matcher, const char *pattern,
		       const char *text)
{
	int group = pattern[1] - '0';
	unsigned short at = (unsigned short)(text - matcher->line);

	if (*pattern == '<')
		matcher->captures.start[group] = at;
	else
		matcher->captures.end[group] = at;
	return match_here(matcher, pattern + 2, text);
}

static __attribute__((noinline)) int match_here(struct matcher *matcher,
						const char *pattern,
						const char *text)
{
	struct captures *saved = malloc(sizeof(*saved));
	int found = 0;

	if (!saved)
		abort();
	memcpy(saved, &matcher->captures, sizeof(*saved));
	matcher->tries++;
	if (!*pattern)
		found = 1;
	else if (*pattern == '<' || *pattern == '>')
		found = match_group(matcher, pattern, text);
	else if (pattern[1] == '*')
		found = match_star(matcher, pattern, text);
	else if (*text && *text == *pattern)
		found = match_here(matcher, pattern + 1, text + 1);
	if (!found)
		memcpy(&matcher->captures, saved, sizeof(*saved));
	free(saved);
	return found;
}

static void write_line(char *line, unsigned *seed)
{
	int length;

	*seed = *seed * 1664525 + 1013904223;
	length = 20 + (int)(*seed >> 29);
	for (int i = 0; i < length; i++) {
		*seed = *seed * 1664525 + 1013904223;
		*line++ = (char)('a' + (*seed >> 20) % 5);
	}
	*line = 0;
}

int main(void)
{
	struct matcher matcher = { .pattern = ".*<1a.*b>1<2c.*d>2e" };
	unsigned seed = 40, sum = 0;
	char line[64];

	matcher.line = line;
	for (int i = 0; i < LINES; i++) {
		write_line(line, &seed);
		if (match_here(&matcher, matcher.pattern, line))
			sum = sum * 3 + matcher.captures.end[2];
	}
	printf("%u %lu\n", sum, matcher.tries);
	return 0;
}
