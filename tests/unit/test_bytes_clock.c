/* SPDX-License-Identifier: MIT */
/* Bytes at a thread's n-th allocation: exact for the latest, within a 31st of
 * the allocations since for those long ago. */
#include "analyzer/advice/bytes_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "tests/unit/dump_builder.h"

#define CALLS 40000

static void test_clock(void **state)
{
	uint64_t *truth = calloc(CALLS + 1, sizeof(*truth)), bytes = 0, seed = 3;
	struct bytes_clock clock = { { 0 } };

	(void)state;
	assert_non_null(truth);
	for (uint32_t now = 0; now < CALLS; now++) {
		uint32_t at, slack;
		uint64_t got;

		bytes += builder_random(&seed) % 1000;
		truth[now] = bytes;
		bytes_clock_add(&clock, now, bytes);
		at = (uint32_t)(builder_random(&seed) % (now + 1));
		if (now % 3 == 0)
			at = now - now % 50;
		got = bytes_clock_at(&clock, at, now);
		slack = (now - at) / 31 + 1;
		assert_true(got >= truth[at < slack ? 0 : at - slack] ||
			    at < slack);
		assert_true(got <= truth[at + slack > now ? now : at + slack]);
		if (now - at < BYTES_CLOCK_KEPT / 2)
			assert_int_equal(got, truth[at]);
	}
	bytes_clock_release(&clock);
	free(truth);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_clock) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
