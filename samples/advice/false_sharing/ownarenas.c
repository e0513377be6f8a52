/* SPDX-License-Identifier: MIT */
/*
 * Two threads with lists of 32-byte samples, unpadded, but from an arena for
 * each thread, as glibc gives them out by itself. 40,000 calls, 0 lines
 * shared.
 *
 * near: false-sharing no line holds blocks of two threads
 * allow: arena *
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SAMPLES 20000

struct sample {
	struct sample *next;
	double mean, deviation;
	uint32_t count, sensor;
};

struct series {
	pthread_t thread;
	struct sample *first;
	uint32_t seed;
	double sum;
};

static struct sample *sample_new(struct series *series, uint32_t sensor)
{
	struct sample *sample = malloc(sizeof(*sample));

	if (!sample)
		abort();
	*sample = (struct sample){ .next = series->first, .sensor = sensor };
	series->first = sample;
	return sample;
}

static void measure(struct sample *sample, uint32_t value)
{
	double delta = value - sample->mean;

	sample->count++;
	sample->mean += delta / sample->count;
	sample->deviation += delta * (value - sample->mean);
}

static double release(struct series *series)
{
	double sum = 0;

	while (series->first) {
		struct sample *sample = series->first;
		series->first = sample->next;
		sum += sample->mean + sample->deviation;
		free(sample);
	}
	return sum;
}

static void *record(void *data)
{
	struct series *series = data;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		struct sample *sample = sample_new(series, i);
		for (int k = 0; k < 500; k++) {
			series->seed = series->seed * 1664525 + 1013904223;
			measure(sample, series->seed >> 20);
			if (sample->next)
				sample = sample->next;
		}
	}
	series->sum = release(series);
	return NULL;
}

int main(void)
{
	static struct series series[2];
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		series[i].seed = i;
		pthread_create(&series[i].thread, NULL, record, &series[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(series[i].thread, NULL);
	for (int i = 0; i < 2; i++)
		sum += series[i].sum;
	printf("sum %.1f\n", sum);
	return 0;
}
