/* SPDX-License-Identifier: MIT */
/*
 * A converter whose memory comes through three layers of its own, of which each
 * has but one caller below the last: store_get() counts, store_request() rounds,
 * store_take() asks the system. Every frame needs one transform buffer, freed by
 * store_put(); the labels, of many sizes, stay for as long as the picture does.
 * 200,000 pairs of 640 bytes, L_max 1; no layer is the one to change.
 *
 * expect: hoist transform_frame
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES 200000
#define LABELS 4000
#define COEFFICIENTS 80

static unsigned long taken, asked;

static __attribute__((noinline)) void *store_take(size_t bytes)
{
	void *memory = malloc(bytes);

	if (!memory)
		exit(1);
	taken++;
	return memory;
}

static __attribute__((noinline)) void *store_request(size_t bytes)
{
	void *memory = store_take((bytes + 7) & ~(size_t)7);

	asked += bytes;
	return memory;
}

static __attribute__((noinline)) void *store_get(size_t count, size_t bytes)
{
	void *memory = store_request(count * bytes);

	taken += count == 0;
	return memory;
}

static __attribute__((noinline)) void store_put(void *memory)
{
	taken--;
	free(memory);
}

static __attribute__((noinline)) double transform_frame(unsigned frame)
{
	double *coefficients = store_get(COEFFICIENTS, sizeof(double));
	double sum = 0;

	for (int i = 0; i < COEFFICIENTS; i++)
		coefficients[i] = (double)((frame * 31 + (unsigned)i) % 97);
	for (int i = 1; i < COEFFICIENTS; i++)
		sum += coefficients[i] * coefficients[i - 1];
	store_put(coefficients);
	return sum;
}

static __attribute__((noinline)) char *make_label(unsigned number)
{
	size_t length = 8 + number * 37 % 1500;
	char *label = store_get(length + 1, 1);

	memset(label, 'a' + (int)(number % 26), length);
	label[length] = '\0';
	return label;
}

int main(void)
{
	static char *labels[LABELS];
	double sum = 0;

	for (unsigned i = 0; i < FRAMES; i++) {
		if (i % (FRAMES / LABELS) == 0)
			labels[i / (FRAMES / LABELS)] = make_label(i);
		sum += transform_frame(i);
	}
	for (unsigned i = 0; i < LABELS; i++) {
		sum += (double)strlen(labels[i]);
		store_put(labels[i]);
	}
	printf("%.0f %lu\n", sum, asked);
	return 0;
}
