/* SPDX-License-Identifier: MIT */
/*
 * A vector drawing that is played: shapes of five kinds appear and go by the
 * two dozen. Most are curves; but circles, lines, texts and pictures have
 * sizes of their own. 407,895 calls, at most 268 live (turnover 1,522); the
 * first size has 85.5%; the allocator's own cache hits 69%.
 *
 * expect: sized-pool shape_new
 * near: pool one usable size has 85.5% of all, under 90%
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { CURVE, CIRCLE, LINE, TEXT, PICTURE, KINDS };

static const size_t sizes[KINDS] = {
	[CURVE] = 264, [CIRCLE] = 136, [LINE] = 200, [TEXT] = 456,
	[PICTURE] = 904,
};

struct shape {
	enum kind kind;
	uint32_t colour;
	struct shape *above;
	float points[];
};

struct layer {
	struct shape *bottom;
	int shapes;
};

#define LAYERS 9

static uint32_t seed = 61;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static struct shape *shape_new(enum kind kind)
{
	struct shape *shape = malloc(sizes[kind]);
	int points = (sizes[kind] - sizeof(*shape)) / sizeof(float);

	if (!shape)
		exit(1);
	shape->kind = kind;
	shape->colour = draw();
	for (int i = 0; i < points && i < 24; i++)
		shape->points[i] = (shape->colour >> (i % 16)) & 255;
	return shape;
}

static unsigned char lots[100];

static void lots_fill(void)
{
	for (int i = 86; i < 100; i++)
		lots[i] = CIRCLE + i % 4;
}

static void layer_fill(struct layer *layer)
{
	layer->shapes = 20 + draw() % 12;
	for (int i = 0; i < layer->shapes; i++) {
		struct shape *shape = shape_new(lots[draw() % 100]);

		shape->above = layer->bottom;
		layer->bottom = shape;
	}
}

static double layer_show(struct layer *layer)
{
	double ink = 0;
	struct shape *shape;

	while ((shape = layer->bottom)) {
		for (int i = 0; i < 24; i++)
			ink += shape->points[i];
		ink += shape->kind;
		layer->bottom = shape->above;
		free(shape);
	}
	return ink;
}

static double play(int pictures)
{
	struct layer layers[LAYERS] = { 0 };
	double ink = 0;

	for (int i = 0; i < pictures; i++) {
		layer_fill(&layers[i % LAYERS]);
		ink += layer_show(&layers[(i + 1) % LAYERS]);
	}
	for (int i = 0; i < LAYERS; i++)
		ink += layer_show(&layers[i]);
	return ink;
}

int main(void)
{
	lots_fill();
	printf("ink %.0f\n", play(16000));
	return 0;
}
