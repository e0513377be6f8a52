/* SPDX-License-Identifier: MIT */
/*
 * An LZ compressor for small records, each on its own: room for the worst case
 * is allocated for every record and freed when its length is known. 600,000
 * pairs, L_max 1, of 2,304 to 2,544 bytes: the records, and so the rooms,
 * differ a little.
 *
 * expect: hoist compress_record
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 600000
#define SLOTS 64

struct output {
	unsigned char *bytes;
	size_t used;
};

static unsigned char text[1 << 14];

#ifdef FIXED
static struct output kept;
static size_t kept_room;
#endif

static unsigned hash_at(const unsigned char *p)
{
	return (p[0] * 2654435761u ^ p[1] * 40503u ^ p[2] * 97u) % SLOTS;
}

static void put_match(struct output *output, size_t distance, size_t length)
{
	output->bytes[output->used++] = (unsigned char)(0x80 | length);
	output->bytes[output->used++] = (unsigned char)distance;
}

static void compress(struct output *output, const unsigned char *in,
		     size_t length)
{
	unsigned char seen[SLOTS];
	size_t at = 0;

	memset(seen, 0, sizeof(seen));
	while (at + 3 < length) {
		unsigned slot = hash_at(in + at);
		size_t from = seen[slot], run = 0;

		seen[slot] = (unsigned char)at;
		if (from < at)
			while (at + run < length &&
			       in[from + run] == in[at + run])
				run++;
		if (run > 2) {
			put_match(output, at - from, run);
			at += run;
		} else {
			output->bytes[output->used++] = in[at++];
		}
	}
	while (at < length)
		output->bytes[output->used++] = in[at++];
}

static __attribute__((noinline)) size_t compress_record(const unsigned char *in,
							size_t length)
{
	struct output output = { NULL, 0 };
	size_t room = 2048 + 16 * length;

#ifdef FIXED
	if (room > kept_room) {
		free(kept.bytes);
		kept.bytes = malloc(room);
		kept_room = room;
	}
	output = kept;
#else
	output.bytes = malloc(room);
#endif
	if (!output.bytes)
		abort();
	compress(&output, in, length);
	room = output.used + output.bytes[output.used / 2];
#ifndef FIXED
	free(output.bytes);
#endif
	return room;
}

int main(void)
{
	unsigned seed = 3;
	unsigned long sum = 0;

	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (unsigned char)("abcabd"[i % 6] + (seed >> 30));
	}
	for (unsigned i = 0; i < RECORDS; i++)
		sum += compress_record(text + i * 7 % 16000, 16 + i % 16);
	printf("%lu\n", sum);
#ifdef FIXED
	free(kept.bytes);
#endif
	return 0;
}
