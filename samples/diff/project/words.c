/* SPDX-License-Identifier: MIT */
/* Counts the words of a text. A word is kept once, however often it occurs. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct word {
	struct word *next;
	unsigned long count;
	char *text;
};

static struct word *words[BUCKETS];

static struct word **bucket_of(const char *text)
{
	unsigned int hash = 5381;

	while (*text)
		hash = hash * 33 + (unsigned char)*text++;
	return &words[hash % BUCKETS];
}

static struct word *find(const char *text)
{
	struct word *word = *bucket_of(text);

	while (word && strcmp(word->text, text) != 0)
		word = word->next;
	return word;
}

static struct word *add(const char *text)
{
	struct word **bucket = bucket_of(text);
	struct word *word = malloc(sizeof(*word));

	if (!word || !(word->text = strdup(text)))
		exit(2);
	word->count = 0;
	word->next = *bucket;
	*bucket = word;
	return word;
}

static void count(const char *text)
{
	struct word *word = find(text);

	if (!word)
		word = add(text);
	word->count++;
}

static void read_words(FILE *file)
{
	char text[64];
	size_t len = 0;
	int c;

	do {
		c = getc(file);
		if (c != EOF && isalpha(c) && len + 1 < sizeof(text)) {
			text[len++] = (char)tolower(c);
		} else if (len > 0) {
			text[len] = '\0';
			count(text);
			len = 0;
		}
	} while (c != EOF);
}

static void release(void)
{
	for (int i = 0; i < BUCKETS; i++) {
		while (words[i]) {
			struct word *word = words[i];

			words[i] = word->next;
			free(word->text);
			free(word);
		}
	}
}

int main(void)
{
	unsigned long distinct = 0;

	read_words(stdin);
	for (int i = 0; i < BUCKETS; i++)
		for (struct word *word = words[i]; word; word = word->next)
			distinct++;
	printf("%lu\n", distinct);
	release();
	return 0;
}
