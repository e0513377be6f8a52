/* SPDX-License-Identifier: MIT */
/*
 * Spelling suggestions: the nearest words of a dictionary by edit distance with
 * transpositions, which needs three rows of a table. 360,000 calls of 24 to 56
 * bytes, 3 live at most, every one freed by the call of distance() that made
 * it.
 *
 * expect: stack distance
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 400
#define LONGEST 14

static char dictionary[WORDS][LONGEST + 1];
static unsigned state = 1;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return block;
}

static int least(int a, int b, int c)
{
	int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static void fill_row(int **row, const char *a, const char *b, int i)
{
	int *before = row[(i + 1) % 3];
	int *above = row[(i + 2) % 3];
	int *here = row[i % 3];

	here[0] = i;
	for (int j = 1; b[j - 1]; j++) {
		int same = a[i - 1] == b[j - 1];

		here[j] = least(above[j] + 1, here[j - 1] + 1,
				above[j - 1] + !same);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1] && before[j - 2] + 1 < here[j])
			here[j] = before[j - 2] + 1;
	}
}

static int distance(const char *a, const char *b)
{
	int columns = strlen(b) + 1;
	int rows = strlen(a);
	int *row[3];
	int result;

	for (int i = 0; i < 3; i++)
		row[i] = xmalloc(columns * sizeof(*row[i]));
	for (int j = 0; j < columns; j++)
		row[0][j] = j;
	for (int i = 1; i <= rows; i++)
		fill_row(row, a, b, i);
	result = row[rows % 3][columns - 1];
	for (int i = 0; i < 3; i++)
		free(row[i]);
	return result;
}

static void misspell(char *word, const char *right)
{
	int len = strlen(right);

	strcpy(word, right);
	word[draw(len)] = 'a' + draw(26);
	word[draw(len)] = 'a' + draw(26);
}

static int suggest(const char *word)
{
	int best = 0, nearest = LONGEST;

	for (int i = 0; i < WORDS; i++) {
		int d = distance(word, dictionary[i]);

		if (d < nearest) {
			nearest = d;
			best = i;
		}
	}
	return best;
}

int main(void)
{
	char word[LONGEST + 1];
	unsigned right = 0;

	for (int i = 0; i < WORDS; i++) {
		int len = 5 + draw(LONGEST - 5);

		for (int j = 0; j < len; j++)
			dictionary[i][j] = 'a' + draw(26);
	}
	for (int i = 0; i < 300; i++) {
		int wanted = draw(WORDS);

		misspell(word, dictionary[wanted]);
		right += suggest(word) == wanted;
	}
	printf("%u found\n", right);
	return 0;
}
