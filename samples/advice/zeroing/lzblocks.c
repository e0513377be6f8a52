/* SPDX-License-Identifier: MIT */
/*
 * An LZ compressor of small blocks: each takes a clean hash table of 32 KiB
 * for 4 KiB of input. 8,000 calls, 262 MB to clear in memory used before: even
 * at 80 GB/s, as in cache, 3 of 62 ms of CPU.
 *
 * expect: zeroing compress_block
 * allow: hoist compress_block
 * allow: pool compress_block
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096
#define BLOCKS 8000
#define HASH_BITS 13

struct output {
	uint64_t sum;
	size_t bytes;
};

static void fill(unsigned char *data, uint32_t *seed)
{
	for (int i = 0; i < BLOCK; i += 8) {
		*seed = *seed * 1664525 + 1013904223;
		memset(data + i, 'a' + (*seed >> 30), 8);
		data[i + (*seed >> 8 & 7)] = *seed >> 16;
	}
}

static void emit(struct output *out, uint32_t token, int bytes)
{
	out->sum = out->sum * 31 + token;
	out->bytes += bytes;
}

static uint32_t hash_of(const unsigned char *data)
{
	uint32_t word;

	memcpy(&word, data, 4);
	return word * 2654435761u >> (32 - HASH_BITS);
}

static int match_len(const unsigned char *a, const unsigned char *b, int most)
{
	int len = 0;

	while (len < most && a[len] == b[len])
		len++;
	return len;
}

static void compress_block(struct output *out, const unsigned char *data)
{
	uint32_t *table = calloc(1 << HASH_BITS, sizeof(*table));
	int i = 0;

	if (!table)
		abort();
	while (i + 4 < BLOCK) {
		uint32_t *slot = &table[hash_of(data + i)];
		int len = *slot ? match_len(data + *slot - 1, data + i,
					    BLOCK - i) : 0;
		*slot = i + 1;
		emit(out, len > 3 ? len : data[i], len > 3 ? 2 : 1);
		i += len > 3 ? len : 1;
	}
	free(table);
}

int main(void)
{
	static unsigned char data[BLOCK];
	struct output out = { 0 };
	uint32_t seed = 71;

	for (int i = 0; i < BLOCKS; i++) {
		if (i % 16 == 0)
			fill(data, &seed);
		data[i % BLOCK] ^= i;
		compress_block(&out, data);
	}
	printf("%zu bytes, %lx\n", out.bytes, (unsigned long)out.sum);
	return 0;
}
