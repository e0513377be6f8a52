/* SPDX-License-Identifier: MIT */
/* speedscope's format: six profiles of the same frames. */
#include "tests/unit/export_run.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A profile's samples and weights, as "[[0,1],[2]] [3,4] 7". */
static char *samples(const json_t *json, size_t profile, char out[256])
{
	const json_t *p = json_array_get(json_object_get(json, "profiles"),
					 profile);
	char *stacks = json_dumps(json_object_get(p, "samples"), JSON_COMPACT);
	char *weights = json_dumps(json_object_get(p, "weights"),
				   JSON_COMPACT);

	snprintf(out, 256, "%s %s %lld", stacks, weights,
		 (long long)json_integer_value(json_object_get(p, "endValue")));
	free(stacks);
	free(weights);
	return out;
}

static const char *frame(const json_t *json, size_t number)
{
	const json_t *frames = json_object_get(json_object_get(json, "shared"),
					       "frames");

	return json_string_value(json_object_get(json_array_get(frames, number),
						 "name"));
}

static void test_profiles(void **state)
{
	struct dump_builder b;
	char text[256];
	json_t *json;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/l\"\xffib.so");
	export_events(&b);
	json = export_json(&b, &output_speedscope);
	assert_string_equal(samples(json, 0, text),
			    "[[0,1],[1],[1,2],[0]] [8,100,7,2] 117");
	assert_string_equal(samples(json, 1, text),
			    "[[0,1],[1],[1,2],[0]] [2,1,1,1] 5");
	assert_string_equal(samples(json, 2, text),
			    "[[0,1],[1],[0]] [8,100,2] 110");
	assert_string_equal(samples(json, 3, text),
			    "[[0,1],[1],[1,2],[0]] [8,100,7,2] 117");
	assert_string_equal(samples(json, 4, text),
			    "[[0,1],[1],[0]] [8,100,2] 110");
	assert_string_equal(samples(json, 5, text), "[[1,2]] [1] 1");
	assert_string_equal(frame(json, 0), "[truncated]");
	assert_string_equal(frame(json, 1), "l\"\xef\xbf\xbdib.so+0x100");
	assert_string_equal(frame(json, 2), "0x7700");
	assert_null(frame(json, 3));
	json_decref(json);
}

static void test_nothing(void **state)
{
	struct dump_builder b;
	char text[256];
	json_t *json;

	(void)state;
	export_begin(&b, MODE_SAMPLED, "/lib/lib.so");
	json = export_json(&b, &output_speedscope);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(samples(json, i, text), "[] [] 0");
	assert_null(frame(json, 0));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
