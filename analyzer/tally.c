/* SPDX-License-Identifier: MIT */
#include "analyzer/tally.h"

void tally_merge(struct tally *tally, const struct tally *more)
{
	tally->count += more->count;
	tally->bytes += more->bytes;
	estimate_merge(&tally->sum, &more->sum);
}

struct estimate tally_count(const struct tally *tally, double interval_bytes)
{
	return interval_bytes > 0 ? estimate_count(&tally->sum) :
				    estimate_exact(tally->count);
}

struct estimate tally_bytes(const struct tally *tally, double interval_bytes)
{
	return interval_bytes > 0 ?
		       estimate_bytes(&tally->sum, interval_bytes) :
		       estimate_exact(tally->bytes);
}

bool tally_is_empty(const struct tally *tally)
{
	return tally->count == 0 && tally->sum.samples == 0;
}
