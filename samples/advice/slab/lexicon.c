/* SPDX-License-Identifier: MIT */
/*
 * A hyphenator's lexicon as a trie of letters, whose nodes come from the
 * project's own allocation function. Text is looked up in it all along; words
 * of the user's own are learned and unlearned on the way. 90,500 calls of 24
 * bytes, 86,600 live at most, turnover 1.05, 94% live for more than half the
 * run.
 *
 * expect: slab learn
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 16000

struct node {
	struct node *sibling, *child;
	int letter, uses;
};

struct hint {
	struct hint *next;
	int len;
	char points[];
};

struct lexicon {
	struct node root;
	struct hint *hints;
	size_t nodes, bytes;
};

static unsigned state = 31;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static void *lexicon_alloc(struct lexicon *l, size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	l->nodes++;
	l->bytes += size;
	return block;
}

static void make_word(char *word, unsigned seed)
{
	int len = 5 + seed % 7;

	for (int i = 0; i < len; i++) {
		seed = seed * 22695477u + 1;
		word[i] = 'a' + (seed >> 20) % (i < 2 ? 26 : 11);
	}
	word[len] = 0;
}

static struct node *child_of(struct node *n, int letter)
{
	for (n = n->child; n && n->letter != letter; n = n->sibling)
		;
	return n;
}

static void learn(struct lexicon *l, const char *word)
{
	struct node *at = &l->root;

	for (; *word; word++) {
		struct node *n = child_of(at, *word);

		if (!n) {
			n = lexicon_alloc(l, sizeof(*n));
			n->letter = *word;
			n->uses = 0;
			n->child = NULL;
			n->sibling = at->child;
			at->child = n;
		}
		n->uses++;
		at = n;
	}
}

/* Where the user wants a break; few, and of any length. */
static void hint(struct lexicon *l, const char *points, int len)
{
	struct hint *h = lexicon_alloc(l, sizeof(*h) + len);

	memcpy(h->points, points, len);
	h->len = len;
	h->next = l->hints;
	l->hints = h;
}

/* The nodes that no other word uses. */
static void unlearn(struct lexicon *l, const char *word)
{
	struct node **chain = &l->root.child;

	for (; *word; word++) {
		struct node **at = chain, *n;

		while (*at && (*at)->letter != *word)
			at = &(*at)->sibling;
		n = *at;
		if (!n)
			return;
		chain = &n->child;
		if (--n->uses == 0) {
			struct node *rest = n->child;

			*at = n->sibling;
			l->nodes--;
			free(n);
			while (rest) {
				n = rest;
				rest = n->child;
				l->nodes--;
				free(n);
			}
			return;
		}
	}
}

static unsigned known(struct lexicon *l, const char *word)
{
	struct node *at = &l->root;
	unsigned depth = 0;

	for (; *word && (at = child_of(at, *word)); word++)
		depth++;
	return depth;
}

static unsigned hyphenate(struct lexicon *l, unsigned words)
{
	unsigned sum = 0;
	char word[16];

	while (words--) {
		make_word(word, draw(40000));
		sum += known(l, word);
	}
	return sum;
}

int main(void)
{
	static struct lexicon l;
	unsigned sum = 0;
	char word[16];

	for (unsigned i = 0; i < 900; i++)
		hint(&l, "0102030405060708", 2 + i % 15);
	for (unsigned i = 0; i < WORDS + 800; i++) {
		make_word(word, i);
		learn(&l, word);
		if (i < WORDS)
			continue;
		sum += hyphenate(&l, 500);
		for (unsigned old = 0; old < 2; old++) {
			make_word(word, (i - WORDS) * 2 + old);
			unlearn(&l, word);
		}
	}
	for (struct hint *h = l.hints; h; h = h->next)
		sum += h->points[h->len - 1];
	printf("%u %zu nodes\n", sum, l.nodes);
	return 0;
}
