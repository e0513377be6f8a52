/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/signal_sizes.h"

/* Of `above` blocks just above a smaller size: 0, or what the block weighs. */
static void note_above(struct signal_size *size, const struct fit *fit,
		       double above)
{
	uint64_t request = fit->request - 1;

	if (above <= 0)
		return;
	if (size->above <= 0 || size->above_max < request)
		size->above_max = request;
	size->above += above;
	size->below = fit->below;
}

static struct signal_size *find(struct signal_sizes *sizes, uint64_t usable)
{
	if (sizes->last < sizes->count &&
	    sizes->usable[sizes->last].usable == usable)
		return &sizes->usable[sizes->last];
	for (size_t i = 0; i < sizes->count; i++)
		if (sizes->usable[i].usable == usable)
			return &sizes->usable[i];
	return NULL;
}

/* Space-Saving (Metwally et al., ICDT 2005): a size that is new takes over the
 * rarest one's place, and may have come as often before. */
static struct signal_size *add(struct signal_sizes *sizes, uint64_t usable)
{
	struct signal_size *size = &sizes->usable[0];

	if (sizes->count < SIGNALS_SIZES) {
		size = &sizes->usable[sizes->count++];
		*size = (struct signal_size){ .usable = usable };
		return size;
	}
	for (size_t i = 1; i < sizes->count; i++)
		if (sizes->usable[i].calls < size->calls)
			size = &sizes->usable[i];
	*size = (struct signal_size){
		.usable = usable,
		.calls = size->calls,
		.missed = size->calls,
	};
	return size;
}

void signal_sizes_count(struct signal_sizes *sizes, const struct fit *fit,
			double weight)
{
	struct signal_size *size = find(sizes, fit->usable);

	if (!size)
		size = add(sizes, fit->usable);
	sizes->last = (size_t)(size - sizes->usable);
	size->calls += weight;
	if (size->requested_max < fit->request - 1)
		size->requested_max = fit->request - 1;
	note_above(size, fit, fit->just_above ? weight : 0);
}

void signal_sizes_live(struct signal_sizes *sizes, const struct fit *fit,
		       double weight)
{
	/* signed: that takes less to convert */
	double waste = weight * (double)(int64_t)(fit->usable -
						  (fit->request - 1));

	sizes->waste += waste;
	if (!fit->just_above)
		return;
	sizes->above.blocks += weight;
	sizes->above.waste += waste;
	sizes->above.spared += weight * (double)(fit->usable - fit->below);
}

struct signal_size signal_sizes_dominant(const struct signal_sizes *sizes)
{
	struct signal_size best = { 0 };

	for (size_t i = 0; i < sizes->count; i++) {
		struct signal_size size = sizes->usable[i];

		size.calls -= size.missed;
		if (size.calls > best.calls)
			best = size;
	}
	return best;
}

struct signal_size signal_sizes_above(const struct signal_sizes *sizes)
{
	struct signal_size best = { 0 };

	for (size_t i = 0; i < sizes->count; i++)
		if (sizes->usable[i].above > best.above)
			best = sizes->usable[i];
	return best;
}
