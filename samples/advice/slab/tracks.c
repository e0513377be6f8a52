/* SPDX-License-Identifier: MIT */
/*
 * A music player's library of 12,000 songs, and its queue, whose entries are
 * made by the same function but are freed when they have been played. Most of
 * what is live lives long, most calls are for what does not. 28,000 calls of 40
 * bytes, 12,401 live at most, and 97% of these live for more than half the run
 * (43% of all that are made).
 *
 * near: slab turnover 2.26, over 2
 */
#include <stdio.h>
#include <stdlib.h>

#define SONGS 12000
#define QUEUED 400

struct song {
	unsigned artist, album, seconds, played;
	unsigned char mood[24];
};

static struct song *library[SONGS], *queue[QUEUED];
static unsigned songs, next;

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block) {
		perror("player");
		exit(1);
	}
	return block;
}

static struct song *make_song(unsigned number)
{
	struct song *s = xmalloc(sizeof(*s));

	s->artist = number % 300;
	s->album = number / 12;
	s->seconds = 120 + number * 7 % 240;
	s->played = 0;
	for (unsigned i = 0; i < sizeof(s->mood); i++)
		s->mood[i] = number >> (i % 5);
	return s;
}

static void enqueue(struct song *s)
{
	struct song **slot = &queue[next++ % QUEUED];

	if (*slot) {
		library[(*slot)->album % SONGS]->played++;
		free(*slot);
	}
	*slot = s;
}

static unsigned likeness(const struct song *a, const struct song *b)
{
	unsigned sum = a->artist == b->artist ? 0 : 40;

	for (unsigned i = 0; i < sizeof(a->mood); i++)
		sum += abs(a->mood[i] - b->mood[i]);
	return sum;
}

static unsigned next_song(unsigned from)
{
	unsigned best = 0, least = -1;

	for (unsigned i = 0; i < 500; i++) {
		unsigned other = (from * 97 + i * 61) % SONGS;
		unsigned d = likeness(library[from], library[other]);

		if (d < least && other != from) {
			least = d;
			best = other;
		}
	}
	return best;
}

int main(void)
{
	unsigned sum = 0, song = 1;

	for (unsigned i = 0; i < SONGS + 16000; i++) {
		struct song *s = make_song(i < SONGS ? i : song);

		if (i < SONGS) {
			library[songs++] = s;
			continue;
		}
		enqueue(s);
		song = (next_song(song) + i) % SONGS;
		sum = sum * 31 + song;
	}
	printf("%08x\n", sum);
	return 0;
}
