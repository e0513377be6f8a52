/* SPDX-License-Identifier: MIT */
/*
 * Two workers raise small matrices to powers; each product goes to a scratch
 * matrix that is allocated for it and freed when it is copied back. Two live at
 * a time in the process, but one in each thread: 195,000 pairs of 4,616 bytes,
 * L_max 1 a thread.
 *
 * expect: hoist multiply_into
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 5
#define ROOM 24
#define TASKS 15000

struct matrix {
	int rows;
	double cells[ROOM][ROOM];
};

struct worker {
	pthread_t thread;
	unsigned seed;
	double trace;
};

static struct matrix *matrix_new(int rows)
{
	struct matrix *matrix = malloc(sizeof(*matrix));

	if (!matrix)
		abort();
	matrix->rows = rows;
	return matrix;
}

static void copy_back(struct matrix *to, const struct matrix *from)
{
	for (int i = 0; i < from->rows; i++)
		memcpy(to->cells[i], from->cells[i],
		       (size_t)from->rows * sizeof(from->cells[i][0]));
}

static __attribute__((noinline)) void multiply_into(struct matrix *a,
						    const struct matrix *b)
{
	struct matrix *product = matrix_new(a->rows);

	for (int i = 0; i < a->rows; i++)
		for (int j = 0; j < a->rows; j++) {
			double sum = 0;

			for (int k = 0; k < a->rows; k++)
				sum += a->cells[i][k] * b->cells[k][j];
			product->cells[i][j] = sum;
		}
	copy_back(a, product);
	free(product);
}

static void fill(struct worker *worker, struct matrix *matrix)
{
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++) {
			worker->seed = worker->seed * 1664525 + 1013904223;
			matrix->cells[i][j] = (worker->seed >> 8) * 1e-8;
		}
}

static double raise(struct worker *worker, int power)
{
	struct matrix base = { .rows = SIDE }, result;
	double trace = 0;

	fill(worker, &base);
	result = base;
	for (int i = 1; i < power; i++)
		multiply_into(&result, &base);
	for (int i = 0; i < SIDE; i++)
		trace += result.cells[i][i];
	return trace;
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	for (int i = 0; i < TASKS; i++)
		worker->trace += raise(worker, 4 + i % 8);
	return NULL;
}

int main(void)
{
	struct worker workers[2] = { { .seed = 1 }, { .seed = 5 } };
	double sum = 0;

	for (int i = 0; i < 2; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			return 1;
	for (int i = 0; i < 2; i++) {
		pthread_join(workers[i].thread, NULL);
		sum += workers[i].trace;
	}
	printf("%.6e\n", sum);
	return 0;
}
