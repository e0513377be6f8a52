/* SPDX-License-Identifier: MIT */
/* DHAT's format: no two points with the same frames, and lifetimes. */
#include "tests/unit/export_run.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A figure of the point that allocated this many bytes. */
static json_int_t figure(const json_t *json, int bytes, const char *key)
{
	const json_t *points = json_object_get(json, "pps"), *point;
	size_t i;

	json_array_foreach(points, i, point)
		if (json_integer_value(json_object_get(point, "tb")) == bytes)
			return json_integer_value(json_object_get(point, key));
	fail_msg("no point with %d bytes", bytes);
	return 0;
}

/* Its frames, joined by '|'. */
static char *frames(const json_t *json, size_t point, char out[256])
{
	const json_t *ids = json_object_get(
		json_array_get(json_object_get(json, "pps"), point), "fs"), *id;
	size_t i, len = 0;

	out[0] = '\0';
	json_array_foreach(ids, i, id)
		len += (size_t)snprintf(out + len, 256 - len, "%s%s",
			i > 0 ? "|" : "", json_string_value(json_array_get(
			json_object_get(json, "ftbl"),
			(size_t)json_integer_value(id))));
	return out;
}

static void test_frames_tell_points_apart(void **state)
{
	struct event e[] = {
		event_alloc(1, 0xa000, 4, 2), event_alloc(2, 0xa100, 4, 2),
		event_alloc(3, 0xb000, 3, 3), event_alloc(4, 0xc000, 2, 4),
		event_alloc(5, 0xd000, 1, 99), event_alloc(6, 0xe000, 0, 0),
	};
	struct dump_builder b;
	char text[256];
	json_t *json;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/l \"ib.so");
	dump_builder_events(&b, 1, e, 6);
	json = export_json(&b, &output_dhat);
	assert_int_equal(json_array_size(json_object_get(json, "pps")), 5);
	assert_string_equal(json_string_value(json_array_get(
		json_object_get(json, "ftbl"), 0)), "[root]");
	assert_string_equal(frames(json, 0, text),
			    "0x1100: l \"ib.so+0x100 (in /lib/l \"ib.so)");
	assert_string_equal(frames(json, 1, text), "0x7700: ???|"
			    "0x1100: l \"ib.so+0x100 (in /lib/l \"ib.so)");
	assert_string_equal(frames(json, 2, text),
			    "0x1100: l \"ib.so+0x100 (in /lib/l \"ib.so)|"
			    "[callers not recorded]");
	assert_string_equal(frames(json, 3, text), "[callers not recorded]");
	assert_string_equal(frames(json, 4, text), "[no stack]");
	json_decref(json);
}

/* A tick is 1.024 us. */
static void test_lifetimes(void **state)
{
	struct event e[] = {
		event_alloc(1000, 0xa000, 100, 2),
		event_alloc(2000, 0xb000, 7, 3),
		event_free(4000, 0xb000),
		event_alloc(5000, 0xb000, 60, 3),
		event_alloc(5500, 0xc000, 40, 2),
		event_free(6000, 0xc000),
		event_free(11000, 0xb000),
	};
	struct dump_builder b;
	json_t *json;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/lib.so");
	dump_builder_events(&b, 1, e, 7);
	json = export_json(&b, &output_dhat);
	/* the first was not freed: until the last event */
	assert_int_equal(figure(json, 140, "tl"), 10500 * 1.024);
	assert_int_equal(figure(json, 140, "eb"), 100);
	assert_int_equal(figure(json, 140, "ebk"), 1);
	assert_int_equal(figure(json, 140, "mb"), 140);
	assert_int_equal(figure(json, 140, "mbk"), 2);
	assert_int_equal(figure(json, 67, "tl"), 8000 * 1.024);
	assert_int_equal(figure(json, 67, "tbk"), 2);
	assert_int_equal(figure(json, 67, "gb"), 60);
	assert_int_equal(figure(json, 67, "gbk"), 1);
	assert_int_equal(figure(json, 67, "eb"), 0);
	assert_int_equal(json_integer_value(json_object_get(json, "tg")),
			 5500 * 1.024);
	assert_int_equal(json_integer_value(json_object_get(json, "te")),
			 11000 * 1.024);
	json_decref(json);
}

/* A block of T ln 2 bytes is sampled half of the times: it stands for two. */
static void test_sample_is_weighted(void **state)
{
	struct event e[] = {
		event_alloc(1000, 0xa000, 693, 2),
		event_alloc(2000, 0xb000, 100000, 2),
		event_free(4000, 0xa000),
		event_alloc(5000, 0xb000, 693, 3),
		event_free(6000, 0xc000),
	};
	struct dump_builder b;
	json_t *json;

	(void)state;
	export_begin(&b, MODE_SAMPLED, "/lib/lib.so");
	dump_builder_events(&b, 1, e, 3);
	json = export_json(&b, &output_dhat);
	assert_int_equal(figure(json, 101386, "tbk"), 3);
	assert_in_range(figure(json, 101386, "tl"), (2 * 3000 + 2000) * 1.024 - 3,
			(2 * 3000 + 2000) * 1.024 + 3);
	assert_non_null(strstr(json_string_value(json_object_get(json, "mode")),
			       "estimates"));
	json_decref(json);
}

static void test_nothing(void **state)
{
	struct dump_builder b;
	json_t *json;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/lib.so");
	json = export_json(&b, &output_dhat);
	assert_int_equal(json_array_size(json_object_get(json, "pps")), 0);
	/* rates are by it */
	assert_int_equal(json_integer_value(json_object_get(json, "te")), 1);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_tell_points_apart),
		cmocka_unit_test(test_lifetimes),
		cmocka_unit_test(test_sample_is_weighted),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
