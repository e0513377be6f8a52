/* SPDX-License-Identifier: MIT */
#include "include/crc32c.h"

#include <stdbool.h>
#include <string.h>

#define POLYNOMIAL 0x82f63b78u

static uint32_t tables[8][256];
static bool has_instruction;

void crc32c_init(void)
{
	for (unsigned int i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (POLYNOMIAL & (0 - (crc & 1)));
		tables[0][i] = crc;
	}
	for (unsigned int i = 0; i < 256; i++)
		for (int t = 1; t < 8; t++)
			tables[t][i] = (tables[t - 1][i] >> 8) ^
				       tables[0][tables[t - 1][i] & 0xff];
	__builtin_cpu_init();
	has_instruction = __builtin_cpu_supports("sse4.2");
}

/* By the instruction; whole words, the rest is left. */
__attribute__((target("sse4.2"))) static uint32_t
by_instruction(uint32_t crc, const uint8_t *p, size_t words)
{
	uint64_t sum = crc;

	for (; words > 0; words--, p += 8) {
		uint64_t word;

		memcpy(&word, p, 8);
		sum = __builtin_ia32_crc32di(sum, word);
	}
	return (uint32_t)sum;
}

static uint32_t by_table(uint32_t crc, const uint8_t *p, size_t words)
{
	for (; words > 0; words--, p += 8) {
		uint64_t word;

		memcpy(&word, p, 8);
		word ^= crc;
		crc = 0;
		for (int t = 0; t < 8; t++)
			crc ^= tables[7 - t][(word >> (8 * t)) & 0xff];
	}
	return crc;
}

static uint32_t finish(uint32_t crc, const uint8_t *p, size_t len)
{
	for (; len > 0; len--, p++)
		crc = (crc >> 8) ^ tables[0][(crc ^ *p) & 0xff];
	return ~crc;
}

uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t words = len / 8;

	return finish(by_table(~crc, p, words), p + words * 8, len % 8);
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t words = len / 8;

	if (!has_instruction)
		return crc32c_by_table(crc, bytes, len);
	return finish(by_instruction(~crc, p, words), p + words * 8, len % 8);
}
