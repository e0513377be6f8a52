/* SPDX-License-Identifier: MIT */
/*
 * Products of polynomials of many degrees: each result is a clean array of 400
 * to 24,000 bytes, of which few coefficients are set, and takes the place of
 * an older one. 100,128 calls, 869 MB to clear in memory used before: even at
 * 80 GB/s, as in cache, 11 of 62 ms of CPU.
 *
 * expect: zeroing poly_new
 * allow: sized-pool *
 * allow: pool *
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define POLYS 128
#define PRODUCTS 100000

struct poly {
	int degree, terms;
	double coefficients[];
};

static struct poly *polys[POLYS];

static struct poly *poly_new(int degree)
{
	struct poly *poly = calloc(1, sizeof(*poly) +
				      (degree + 1) * sizeof(double));

	if (!poly)
		abort();
	poly->degree = degree;
	return poly;
}

static struct poly *poly_random(uint32_t *seed)
{
	struct poly *poly;

	*seed = *seed * 1664525 + 1013904223;
	poly = poly_new(50 + (*seed >> 9) % 1450);
	for (int i = 0; i < 4; i++)
		poly->coefficients[(*seed >> i) % poly->degree] = i + 1;
	return poly;
}

/* Only the first terms of each are multiplied, the rest is zero. */
static struct poly *poly_mul(const struct poly *a, const struct poly *b)
{
	int degree = a->degree + b->degree;
	struct poly *product = poly_new(degree < 3000 ? degree : 3000);

	for (int i = 0; i < 16 && i <= a->degree; i++)
		for (int k = 0; k < 16 && k <= b->degree; k++)
			product->coefficients[i + k] +=
				a->coefficients[i] * b->coefficients[k] + 1;
	return product;
}

static void replace(int at, struct poly *poly)
{
	free(polys[at]);
	polys[at] = poly;
}

int main(void)
{
	uint32_t seed = 88;
	double sum = 0;

	for (int i = 0; i < POLYS; i++)
		replace(i, poly_random(&seed));
	for (int i = 0; i < PRODUCTS; i++) {
		int a, b;
		seed = seed * 1664525 + 1013904223;
		a = seed >> 8 & (POLYS - 1);
		b = seed >> 16 & (POLYS - 1);
		sum += polys[a]->coefficients[polys[b]->degree & 31];
		replace((a + b) % POLYS, seed >> 30 ?
			poly_random(&seed) : poly_mul(polys[a], polys[b]));
	}
	for (int i = 0; i < POLYS; i++)
		replace(i, NULL);
	printf("sum %g\n", sum);
	return 0;
}
