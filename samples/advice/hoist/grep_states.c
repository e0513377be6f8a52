/* SPDX-License-Identifier: MIT */
/*
 * A line matcher: a pattern with wildcards runs over each line as a set of
 * states, and the set is allocated for every line through the matcher's own
 * functions, which release it in another place. 400,000 pairs of 1,204 bytes,
 * L_max 1.
 *
 * expect: hoist match_line
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES 400000
#define STATES 300

struct matcher {
	const char *pattern;
	size_t length;
	unsigned long sets, bytes;
};

struct states {
	unsigned count;
	unsigned short list[STATES];
	unsigned short next[STATES];
};

static void *matcher_alloc(struct matcher *matcher, size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	matcher->sets++;
	matcher->bytes += size;
	return p;
}

static __attribute__((noinline)) void matcher_free(struct matcher *matcher,
						   void *p, size_t size)
{
	matcher->bytes -= size;
	free(p);
}

static unsigned follow(const struct matcher *matcher, struct states *states,
		       unsigned count, unsigned state, char c)
{
	char wanted = matcher->pattern[state];

	if (wanted == '*') {
		states->next[count++] = (unsigned short)state;
		if (state + 1 < matcher->length &&
		    matcher->pattern[state + 1] == c)
			states->next[count++] = (unsigned short)(state + 2);
	} else if (wanted == '?' || wanted == c) {
		states->next[count++] = (unsigned short)(state + 1);
	}
	return count;
}

static int step(const struct matcher *matcher, struct states *states, char c)
{
	unsigned count = 0;

	for (unsigned i = 0; i < states->count && count < STATES - 2; i++) {
		if (states->list[i] == matcher->length)
			return 1;
		count = follow(matcher, states, count, states->list[i], c);
	}
	memcpy(states->list, states->next, count * sizeof(states->list[0]));
	states->count = count;
	return 0;
}

static __attribute__((noinline)) int match_line(struct matcher *matcher,
						const char *line)
{
	struct states *states = matcher_alloc(matcher, sizeof(*states));
	int found = 0;

	states->count = 1;
	states->list[0] = 0;
	while (*line && !found && states->count)
		found = step(matcher, states, *line++);
	matcher_free(matcher, states, sizeof(*states));
	return found;
}

static void read_line(char *line, unsigned *seed)
{
	int length;

	*seed = *seed * 1103515245 + 12345;
	length = 8 + (int)(*seed >> 28);
	for (int i = 0; i < length; i++) {
		*seed = *seed * 1103515245 + 12345;
		*line++ = (char)('a' + (*seed >> 16) % 4);
	}
	*line = 0;
}

int main(void)
{
	struct matcher matcher = { .pattern = "*ab?*c" };
	unsigned seed = 19, found = 0;
	char line[64];

	matcher.length = strlen(matcher.pattern);
	for (int i = 0; i < LINES; i++) {
		read_line(line, &seed);
		found += (unsigned)match_line(&matcher, line);
	}
	printf("%u %lu %lu\n", found, matcher.sets, matcher.bytes);
	return 0;
}
