/* SPDX-License-Identifier: MIT */
/* Granted sizes: waste by hand, the dominant one of many, fits of glibc's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "analyzer/advice/signal_sizes.h"
#include "tests/unit/dump_builder.h"

#define SHARE 0.05

static struct size_classes *glibc(void)
{
	static char allocator[] = "/lib/libc.so.6", version[] = "2.36";
	static char none[] = "";
	static struct recording recording;

	recording.model.meta.allocator = allocator;
	recording.model.meta.allocator_version = version;
	recording.model.meta.tunables = none;
	return size_classes_new(&recording);
}

/* Classes end at 24, 40, 56 ...; what wastes little has no smaller one. */
static void test_fits(void **state)
{
	static const struct {
		uint64_t request, usable, below;
		bool above;
	} known[] = {
		{ 0, 24, 0, false },	 { 8, 24, 0, false },
		{ 24, 24, 0, false },	 { 25, 40, 24, true },
		{ 26, 40, 24, false },	 { 40, 40, 0, false },
		{ 41, 56, 40, true },	 { 48, 56, 40, false },
		{ 121, 136, 120, true }, { 5001, 5016, 0, false },
	};
	struct size_classes *classes = glibc();
	struct fits *fits = calloc(1, sizeof(*fits));

	(void)state;
	fits_init(fits, classes, SHARE);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
			const struct fit *fit = fits_of(fits, known[i].request);

			assert_int_equal(fit->usable, known[i].usable);
			assert_int_equal(fit->below, known[i].below);
			assert_int_equal(fit->just_above, known[i].above);
		}
	free(fits);
	size_classes_free(classes);
}

/* Of an allocator that is not known, a request fits. */
static void test_unknown(void **state)
{
	static char none[] = "";
	static struct recording recording;
	struct size_classes *classes;
	struct fits *fits = calloc(1, sizeof(*fits));
	uint64_t seed = 5;

	(void)state;
	recording.model.meta.allocator = none;
	recording.model.meta.allocator_version = none;
	recording.model.meta.tunables = none;
	classes = size_classes_new(&recording);
	fits_init(fits, classes, SHARE);
	for (int i = 0; i < 5000; i++) {
		uint64_t request = builder_random(&seed) >> (i & 63) >> 16;

		assert_int_equal(fits_of(fits, request)->usable, request);
		assert_int_equal(fits_of(fits, request)->below, 0);
	}
	free(fits);
	size_classes_free(classes);
}

static const struct fit tight = { .request = 1 + 40, .usable = 40 };
static const struct fit above = { .request = 1 + 41, .usable = 56, .below = 40,
				  .just_above = true };
static const struct fit far = { .request = 1 + 48, .usable = 56, .below = 40 };

static void test_waste(void **state)
{
	static struct signal_sizes sizes;
	struct signal_size most;

	(void)state;
	for (int i = 0; i < 10; i++) {
		signal_sizes_count(&sizes, &tight, 1);
		signal_sizes_live(&sizes, &tight, 1);
		signal_sizes_count(&sizes, &above, 2);
		signal_sizes_live(&sizes, &above, 2);
		signal_sizes_count(&sizes, &far, 1);
		signal_sizes_live(&sizes, &far, 1);
	}
	assert_float_equal(sizes.waste, 20 * 15 + 10 * 8, 0);
	assert_float_equal(sizes.above.blocks, 20, 0);
	assert_float_equal(sizes.above.waste, 20 * 15, 0);
	assert_float_equal(sizes.above.spared, 20 * 16, 0);
	most = signal_sizes_above(&sizes);
	assert_int_equal(most.usable, 56);
	assert_int_equal(most.above_max, 41);
	assert_int_equal(most.requested_max, 48);
	assert_int_equal(most.below, 40);
	assert_float_equal(signal_sizes_dominant(&sizes).calls, 30, 0);
	for (int i = 0; i < 10; i++) {
		signal_sizes_live(&sizes, &tight, -1);
		signal_sizes_live(&sizes, &above, -2);
		signal_sizes_live(&sizes, &far, -1);
	}
	assert_float_equal(sizes.waste, 0, 0);
	assert_float_equal(sizes.above.spared, 0, 0);
}

/* One size among many that come once each is found, and not overcounted. */
static void test_dominant(void **state)
{
	static struct signal_sizes sizes;
	struct signal_size most;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		const struct fit rare = { .request = 1 + 1000 + 16 * i,
					  .usable = 1000 + 16 * i };

		signal_sizes_count(&sizes, &rare, 1);
		signal_sizes_count(&sizes, &tight, 1);
	}
	most = signal_sizes_dominant(&sizes);
	assert_int_equal(most.usable, 40);
	assert_true(most.calls <= 1000);
	assert_true(most.calls >= 900);
	assert_int_equal(sizes.count, SIGNALS_SIZES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_waste),
		cmocka_unit_test(test_dominant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
