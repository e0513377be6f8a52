/* SPDX-License-Identifier: MIT */
/*
 * Makes the concordance of a book: reads it to the end, keeps every place of
 * every word meanwhile, prints what it was asked for, and leaves the rest to
 * the system. 60,000 places of 32 bytes, none freed; the live count rises to
 * the end, at last 99% of the peak. Of one book that is no leak; of a server
 * that takes one after the other it would be, and events cannot tell.
 *
 * expect: leak note_place [kept]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 300
#define PLACES 60000

struct place {
	struct place *before;
	unsigned page, line, column;
	char context[12];
};

static char vocabulary[WORDS][12];
static struct place *places[WORDS];
static unsigned seed = 5;

static unsigned next_random(unsigned limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static void make_vocabulary(void)
{
	for (int i = 0; i < WORDS; i++)
		for (unsigned k = 0; k < 4 + (unsigned)i % 7; k++)
			vocabulary[i][k] = (char)('a' + next_random(26));
}

static int find_word(const char *word)
{
	int i = 0;

	while (strcmp(vocabulary[i], word))
		i++;
	return i;
}

static void note_place(int word, unsigned position)
{
	struct place *place = malloc(sizeof(*place));

	if (!place)
		abort();
	place->before = places[word];
	place->page = position / 400;
	place->line = position % 400 / 10;
	place->column = position % 10;
	memcpy(place->context, vocabulary[word], sizeof(place->context));
	places[word] = place;
}

static unsigned long sum_of(const char *word)
{
	const struct place *place = places[find_word(word)];
	unsigned long sum = 0;

	for (; place; place = place->before)
		sum = sum * 31 + place->page * 40 + place->line;
	return sum;
}

int main(void)
{
	make_vocabulary();
	for (unsigned i = 0; i < PLACES; i++)
		note_place(find_word(vocabulary[next_random(WORDS)]), i);
	printf("%lu\n", sum_of(vocabulary[7]));
	return 0;
}
