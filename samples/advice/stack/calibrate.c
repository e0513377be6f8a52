/* SPDX-License-Identifier: MIT */
/*
 * Four threads calibrate sensors: each fits polynomials of 3 to 6 coefficients
 * to readings by least squares, and solves the normal equations by elimination
 * on rows that it allocates. 396,000 calls of 32 to 56 bytes, at most 6 live in
 * a thread, every one freed by the call of solve() that made it.
 *
 * expect: stack solve
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4
#define MOST 6

struct sensor {
	pthread_t thread;
	unsigned state;
	double sum;
};

static double draw(struct sensor *s)
{
	s->state = s->state * 1664525u + 1013904223u;
	return (s->state >> 8) / 16777216.0;
}

static void eliminate(double **row, int n)
{
	for (int p = 0; p < n; p++) {
		int best = p;
		double *swap;

		for (int i = p + 1; i < n; i++)
			if (fabs(row[i][p]) > fabs(row[best][p]))
				best = i;
		swap = row[p];
		row[p] = row[best];
		row[best] = swap;
		for (int i = p + 1; i < n; i++) {
			double factor = row[i][p] / row[p][p];

			for (int j = p; j <= n; j++)
				row[i][j] -= factor * row[p][j];
		}
	}
}

/* The norm of the coefficients; each row ends with its right side. */
static double solve(const double *moments, const double *right, int n,
		    double *x)
{
	double *row[MOST];
	double norm = 0;

	for (int i = 0; i < n; i++) {
		row[i] = malloc((n + 1) * sizeof(**row));
		for (int j = 0; j < n; j++)
			row[i][j] = moments[i + j];
		row[i][n] = right[i];
	}
	eliminate(row, n);
	for (int i = n - 1; i >= 0; i--) {
		x[i] = row[i][n];
		for (int j = i + 1; j < n; j++)
			x[i] -= row[i][j] * x[j];
		x[i] /= row[i][i];
		norm += x[i] * x[i];
	}
	for (int i = 0; i < n; i++)
		free(row[i]);
	return sqrt(norm);
}

static double fit(struct sensor *s, int n)
{
	double moments[2 * MOST] = { 0 }, right[MOST] = { 0 }, x[MOST];

	for (int k = 0; k < 8; k++) {
		double at = k / 4.0 - 1, power = 1, value = draw(s);

		for (int i = 0; i < 2 * n - 1; i++, power *= at) {
			moments[i] += power;
			if (i < n)
				right[i] += power * value;
		}
	}
	return solve(moments, right, n, x);
}

static void *calibrate(void *arg)
{
	struct sensor *s = arg;

	for (int i = 0; i < 22000; i++)
		s->sum += fit(s, 3 + i % 4);
	return NULL;
}

int main(void)
{
	struct sensor sensors[THREADS];
	double sum = 0;

	for (int i = 0; i < THREADS; i++) {
		sensors[i] = (struct sensor){ .state = i + 1 };
		pthread_create(&sensors[i].thread, NULL, calibrate,
			       &sensors[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(sensors[i].thread, NULL);
		sum += sensors[i].sum;
	}
	printf("%.3f\n", sum);
	return 0;
}
