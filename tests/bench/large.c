/* SPDX-License-Identifier: MIT */
/*
 * large BLOCKS: a table of 1,000 chains that grows to 5 million live records of
 * 16 to 79 bytes, in random order, and is then freed chain by chain.
 */
#include "tests/bench/work.h"

#define CHAINS 1000
#define LEAST_BYTES 16
#define RANGE_BYTES 64

struct record {
	struct record *next;
};

static struct record *chains[CHAINS];

static FRAME void insert(uint64_t key)
{
	struct record **chain = &chains[key % CHAINS];
	struct record *r = use(malloc(LEAST_BYTES + (key >> 32) % RANGE_BYTES));

	if (!r)
		abort();
	r->next = *chain;
	*chain = r;
}

static FRAME void clear(struct record *r)
{
	while (r) {
		struct record *next = r->next;

		free(r);
		r = next;
	}
}

int main(int argc, char **argv)
{
	long blocks = argument(argc, argv, 5000000);
	uint64_t random = 88172645463325252;

	for (long i = 0; i < blocks; i++)
		insert(next_random(&random));
	for (int i = 0; i < CHAINS; i++)
		clear(chains[i]);
	return 0;
}
