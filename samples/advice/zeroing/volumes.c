/* SPDX-License-Identifier: MIT */
/*
 * Sparse volumes of 160 KiB that calloc maps, fresh from the system and zero
 * as they are; few pages of each are ever touched. 1,800 calls, at most 120
 * live.
 *
 * near: zeroing 160 KiB each, above the mmap threshold of 128 KiB
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CELLS (160 * 1024 / 4)
#define VOLUMES 1800
#define SHOWN 120

static uint32_t *shown[SHOWN];

static uint32_t *volume_new(void)
{
	uint32_t *volume = calloc(CELLS, sizeof(*volume));

	if (!volume)
		abort();
	return volume;
}

static void scatter(uint32_t *volume, uint32_t seed)
{
	uint32_t page = seed >> 16 & 31;

	for (int i = 0; i < 25000; i++) {
		seed = seed * 1664525 + 1013904223;
		volume[page * 1024 + (seed >> 22)] += seed >> 30;
	}
}

static uint64_t project(const uint32_t *volume, uint32_t page)
{
	uint64_t sum = 0;

	for (int i = 0; i < 1024; i++)
		sum += volume[page * 1024 + i] * (i + 1);
	return sum;
}

int main(void)
{
	uint64_t sum = 0;

	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	for (uint32_t i = 0; i < VOLUMES; i++) {
		uint32_t **slot = &shown[i % SHOWN];
		free(*slot);
		*slot = volume_new();
		scatter(*slot, i * 2654435761u);
		sum += project(*slot, i * 2654435761u >> 16 & 31);
	}
	for (int i = 0; i < SHOWN; i++)
		free(shown[i]);
	printf("sum %lx\n", (unsigned long)sum);
	return 0;
}
