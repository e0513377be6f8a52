/* SPDX-License-Identifier: MIT */
/*
 * A block compressor: input is cut where it likes (content-defined chunks of
 * 1 to 12 KB), 24 chunks are read ahead, and 16 are written out at once.
 * Every chunk's buffer comes from the project's own allocation function,
 * which counts what it gives. 200,000 calls, at most 24 live (turnover
 * 8,333), no usable size over 2.1%.
 *
 * expect: sized-pool chunk_cut
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AHEAD 24
#define WRITTEN_AT_ONCE 16
#define INPUT_BYTES (1 << 16)

struct chunk {
	size_t length;
	uint8_t *bytes;
};

struct lz_memory {
	size_t live, peak;
};

static struct lz_memory memory;
static uint8_t input[INPUT_BYTES + 16384];
static uint32_t seed = 4;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

__attribute__((noinline))
static void *lz_alloc(struct lz_memory *m, size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	m->live += size;
	if (m->live > m->peak)
		m->peak = m->live;
	return block;
}

__attribute__((noinline))
static void lz_free(struct lz_memory *m, void *block, size_t size)
{
	m->live -= size;
	free(block);
}

static void input_make(void)
{
	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = draw() % 4 ? 'a' + i % 13 : draw();
}

static struct chunk chunk_cut(size_t at)
{
	struct chunk chunk = { .length = 1100 + draw() % 1200 };

	while (chunk.length < 12000 && draw() % 4)
		chunk.length += 64 + input[at + chunk.length] % 16 * 61;
	chunk.bytes = lz_alloc(&memory, chunk.length);
	memcpy(chunk.bytes, input + at, 512);
	chunk.bytes[chunk.length - 1] = 0;
	return chunk;
}

/* How long it would be: matches of a byte with the one 13 before it. */
static size_t chunk_compressed(const struct chunk *chunk)
{
	size_t size = 13;

	for (size_t i = 13; i < 512; i++)
		size += chunk->bytes[i] != chunk->bytes[i - 13];
	return size;
}

static size_t compress(int chunks)
{
	struct chunk queue[AHEAD];
	unsigned waiting = 0;
	size_t written = 0;

	for (int i = 0; i < chunks; i++) {
		queue[waiting++] = chunk_cut(draw() % INPUT_BYTES);
		if (waiting < AHEAD && i + 1 < chunks)
			continue;
		unsigned out = i + 1 < chunks ? WRITTEN_AT_ONCE : waiting;

		for (unsigned n = 0; n < out; n++) {
			written += chunk_compressed(&queue[n]);
			lz_free(&memory, queue[n].bytes, queue[n].length);
		}
		waiting -= out;
		memmove(queue, queue + out, waiting * sizeof(*queue));
	}
	return written;
}

int main(void)
{
	input_make();
	size_t written = compress(200000);

	printf("%zu bytes, peak %zu\n", written, memory.peak);
	return 0;
}
