/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/proportion.h"

#include <math.h>

#define Z 1.959963984540054 /* 97.5% of a normal distribution are below */

double proportion_low(double part, double whole)
{
	double p, spread;

	if (!(whole > 0))
		return 0;
	p = fmin(fmax(part / whole, 0), 1);
	spread = Z * sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole));
	return fmax(0, (p + Z * Z / (2 * whole) - spread) /
			       (1 + Z * Z / whole));
}
