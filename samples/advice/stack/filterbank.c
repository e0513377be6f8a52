/* SPDX-License-Identifier: MIT */
/*
 * An audio equalizer: the block of samples goes through nine bands, each with a
 * line of past samples that is allocated for the block. 144,000 calls of 40
 * bytes, every one freed by the call that made it.
 *
 * near: stack L_max per thread 9, over 8
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BANDS 9
#define TAPS 10
#define BLOCK 32

static float weight[BANDS][TAPS];

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static float filter(float *line, const float *taps, float sample)
{
	float sum = 0;

	memmove(line + 1, line, (TAPS - 1) * sizeof(*line));
	line[0] = sample;
	for (int i = 0; i < TAPS; i++)
		sum += line[i] * taps[i];
	return sum;
}

static void equalize(float *block, const float *gain)
{
	float *line[BANDS];

	for (int band = 0; band < BANDS; band++) {
		line[band] = xmalloc(TAPS * sizeof(float));
		for (int i = 0; i < TAPS; i++)
			line[band][i] = block[0];
	}
	for (int i = 0; i < BLOCK; i++) {
		float sum = 0;

		for (int band = 0; band < BANDS; band++)
			sum += gain[band] *
			       filter(line[band], weight[band], block[i]);
		block[i] = sum;
	}
	for (int band = 0; band < BANDS; band++)
		free(line[band]);
}

static void tune(void)
{
	for (int band = 0; band < BANDS; band++)
		for (int i = 0; i < TAPS; i++)
			weight[band][i] = cosf(band * i * 0.3f) / TAPS;
}

int main(void)
{
	float block[BLOCK], gain[BANDS];
	double power = 0;

	tune();
	for (int band = 0; band < BANDS; band++)
		gain[band] = 1 - band / 20.0f;
	for (int n = 0; n < 16000; n++) {
		for (int i = 0; i < BLOCK; i++)
			block[i] = (n * BLOCK + i) * 7 % 101 / 50.0f - 1;
		equalize(block, gain);
		for (int i = 0; i < BLOCK; i++)
			power += block[i] * block[i];
	}
	printf("%.3f\n", power);
	return 0;
}
