/* SPDX-License-Identifier: MIT */
/*
 * Smooths a picture a hundred times, each time into a new one. That makes 100
 * allocations in all, which nobody has to think about: nothing is to be found,
 * whatever their pattern.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE 128

struct picture {
	float pixels[SIDE][SIDE];
};

static struct picture *picture_new(void)
{
	struct picture *picture = malloc(sizeof(*picture));

	if (!picture)
		exit(1);
	return picture;
}

static struct picture *picture_draw(void)
{
	struct picture *picture = picture_new();
	uint32_t seed = 1;

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			seed = seed * 1664525 + 1013904223;
			picture->pixels[y][x] = seed >> 24;
		}
	return picture;
}

static struct picture *picture_smooth(const struct picture *from)
{
	struct picture *to = picture_new();

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			float sum = 0;

			for (int i = -3; i <= 3; i++)
				sum += from->pixels[(y + i + SIDE) % SIDE][x] +
				       from->pixels[y][(x + i + SIDE) % SIDE];
			to->pixels[y][x] = sum / 14;
		}
	return to;
}

int main(void)
{
	struct picture *picture = picture_draw();

	for (int i = 1; i < 100; i++) {
		struct picture *next = picture_smooth(picture);

		free(picture);
		picture = next;
	}
	printf("in the middle %.4f\n", picture->pixels[SIDE / 2][SIDE / 2]);
	free(picture);
	return 0;
}
