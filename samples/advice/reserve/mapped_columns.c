/* SPDX-License-Identifier: MIT */
/*
 * A column store that loads a large table: four columns grow by 16 KiB at a
 * time, from the first far above the threshold of mmap, so that the kernel
 * moves their pages with mremap and not a byte is copied. 4 chains of 323
 * blocks.
 *
 * near: reserve copied: 0 of the final bytes, under 0.5
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS 4
#define STEP (16 * 1024)
#define FIRST (320 * 1024)
#define VALUES 5600000

struct column {
	unsigned *values;
	size_t used, room;
	unsigned long sum;
};

static unsigned seed = 42;

static void column_extend(struct column *column)
{
	column->room += column->room ? STEP : FIRST;
	column->values = realloc(column->values, column->room);
	if (!column->values) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
}

static void column_append(struct column *column, unsigned value)
{
	if ((column->used + 1) * sizeof(value) > column->room)
		column_extend(column);
	column->values[column->used++] = value;
	column->sum += value;
}

static void load(struct column *columns)
{
	for (int i = 0; i < VALUES; i++) {
		seed = seed * 1664525 + 1013904223;
		column_append(&columns[i % COLUMNS], seed >> 7);
	}
}

static unsigned long scan(const struct column *column)
{
	unsigned long sum = column->sum;

	for (size_t i = 0; i < column->used; i += 64)
		sum ^= column->values[i] * i;
	return sum;
}

int main(void)
{
	struct column columns[COLUMNS] = { { 0 } };
	unsigned long sum = 0;

	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	load(columns);
	for (int i = 0; i < COLUMNS; i++) {
		sum += scan(&columns[i]);
		free(columns[i].values);
	}
	printf("%lu\n", sum);
	return 0;
}
