/* SPDX-License-Identifier: MIT */
#include "analyzer/closest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/function_match.h"
#include "analyzer/memory.h"

static size_t least(size_t a, size_t b, size_t c)
{
	size_t low = a < b ? a : b;

	return low < c ? low : c;
}

size_t closest_distance(const char *a, const char *b)
{
	size_t row[CLOSEST_BYTES_MAX + 1];
	size_t columns = strnlen(b, CLOSEST_BYTES_MAX);
	size_t rows = strnlen(a, CLOSEST_BYTES_MAX);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; i <= rows; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t above = row[j];
			size_t differs = tolower((unsigned char)a[i - 1]) !=
					 tolower((unsigned char)b[j - 1]);

			row[j] = least(above + 1, row[j - 1] + 1,
				       corner + differs);
			corner = above;
		}
	}
	return row[columns];
}

/* A word within a name is as close as one letter off. */
static size_t distance(const char *word, const char *plain)
{
	size_t whole = closest_distance(word, plain);
	size_t part = closest_distance(word, function_last_name(plain));

	if (*word && strcasestr(plain, word))
		return 1;
	return whole < part ? whole : part;
}

static bool is_among(const struct closest *c, const char *plain)
{
	for (size_t i = 0; i < CLOSEST_WORDS && c->found[i]; i++)
		if (strcmp(c->found[i], plain) == 0)
			return true;
	return false;
}

void closest_add(struct closest *c, const char *plain)
{
	size_t far = distance(c->word, plain), n = CLOSEST_WORDS;

	if (far > strlen(c->word) / 3 + 1 || is_among(c, plain))
		return;
	while (n > 0 && (!c->found[n - 1] || c->distances[n - 1] > far))
		n--;
	if (n == CLOSEST_WORDS)
		return;
	free(c->found[CLOSEST_WORDS - 1]);
	for (size_t i = CLOSEST_WORDS - 1; i > n; i--) {
		c->found[i] = c->found[i - 1];
		c->distances[i] = c->distances[i - 1];
	}
	c->found[n] = xstrndup(plain, strlen(plain));
	c->distances[n] = far;
}

void closest_release(struct closest *closest)
{
	for (size_t i = 0; i < CLOSEST_WORDS; i++)
		free(closest->found[i]);
	*closest = (struct closest){ 0 };
}
