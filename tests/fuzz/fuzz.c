/* SPDX-License-Identifier: MIT */
/* The targets under libFuzzer: HEAPWISE_FUZZ names one. */
#include <stdio.h>
#include <stdlib.h>

#include "include/crc32c.h"
#include "tests/fuzz/dice.h"
#include "tests/fuzz/target.h"

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t max);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("HEAPWISE_FUZZ");

	(void)argc;
	(void)argv;
	crc32c_init();
	target = fuzz_target_named(name ? name : "reader");
	if (!target) {
		fprintf(stderr, "fuzz: HEAPWISE_FUZZ=%s: no such target\n",
			name);
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	target->run(data, len);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max,
			       unsigned int seed)
{
	struct fuzz_bytes input = { data, len, max };

	dice_seed(seed);
	/* some damage is no field's */
	if (!target->mutate || dice(8) == 0)
		return LLVMFuzzerMutate(data, len, max);
	target->mutate(&input, LLVMFuzzerMutate);
	return input.len;
}
