/* SPDX-License-Identifier: MIT */
/* Frames as JSON, against what a parser reads of it. */
#include "analyzer/output/frame_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <stdlib.h>

#include <cmocka.h>

static char path[] = "/lib/a\xff\"b.so";
static struct model_module module = { .path = path, .base = 0x1000 };
static const struct symbol_call calls[] = {
	{ .function = "f;\n\xc3\xa9", .file = "a.c", .line = 7,
	  .inlined = true },
	{ 0 },
};
static const struct symbol known = { .module = &module, .address = 0x1234,
				     .place = "x", .calls = calls,
				     .call_count = 1 };
static const struct symbol unknown = { .address = UINT64_MAX, .place = "0x7",
				       .calls = calls + 1, .call_count = 1 };

static json_t *read_back(struct frame_json *cache, const struct frame_list *list)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	json_t *json;

	assert_non_null(file);
	fputc('{', file);
	frame_json_put(cache, file, list);
	fputc('}', file);
	fclose(file);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	free(text);
	return json;
}

static json_t *of(const json_t *json, size_t frame, const char *key)
{
	return json_object_get(json_array_get(json_object_get(json, "frames"),
					      frame), key);
}

static void frames_are_what_is_known(void **state)
{
	struct frame frames[] = { { &known, calls }, { &unknown, calls + 1 },
				  { &known, calls } };
	const struct frame_list list = { .frames = frames, .count = 3,
					 .truncated = true };
	struct frame_json *cache = frame_json_new();
	json_t *json = read_back(cache, &list);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "frames")), 3);
	assert_true(json_is_true(json_object_get(json, "frames_truncated")));
	assert_string_equal(json_string_value(of(json, 0, "function")),
			    "f;\n\xc3\xa9");
	assert_string_equal(json_string_value(of(json, 0, "file")), "a.c");
	assert_int_equal(json_integer_value(of(json, 0, "line")), 7);
	assert_string_equal(json_string_value(of(json, 0, "module")),
			    "/lib/a\xef\xbf\xbd\"b.so");
	assert_string_equal(json_string_value(of(json, 0, "address")),
			    "0x1234");
	assert_string_equal(json_string_value(of(json, 0, "offset")), "0x234");
	assert_true(json_is_true(of(json, 0, "inlined")));
	assert_true(json_is_null(of(json, 1, "function")));
	assert_true(json_is_null(of(json, 1, "file")));
	assert_true(json_is_null(of(json, 1, "line")));
	assert_true(json_is_null(of(json, 1, "module")));
	assert_true(json_is_null(of(json, 1, "offset")));
	assert_string_equal(json_string_value(of(json, 1, "address")),
			    "0xffffffffffffffff");
	assert_true(json_is_false(of(json, 1, "inlined")));
	assert_true(json_equal(of(json, 0, "address"), of(json, 2, "address")));
	json_decref(json);
	frame_json_free(cache);
}

static void no_frames_are_a_list_too(void **state)
{
	const struct frame_list none = { 0 };
	struct frame_json *cache = frame_json_new();
	json_t *json = read_back(cache, &none);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "frames")), 0);
	assert_true(json_is_false(json_object_get(json, "frames_truncated")));
	json_decref(json);
	frame_json_free(cache);
}

/* More than are kept. */
static void many_calls_keep_their_own_lines(void **state)
{
	enum { CALLS = 100000 };
	struct symbol_call *many = calloc(CALLS, sizeof(*many));
	struct symbol symbol = known;
	struct frame_json *cache = frame_json_new();

	(void)state;
	assert_non_null(many);
	for (int i = 0; i < 2 * CALLS; i++) {
		int n = (int)((int64_t)i * 7919 % CALLS);
		struct frame frame = { &symbol, &many[n] };
		const struct frame_list list = { .frames = &frame, .count = 1 };
		json_t *json;

		many[n].file = "a.c";
		many[n].line = n + 1;
		json = read_back(cache, &list);
		assert_int_equal(json_integer_value(of(json, 0, "line")), n + 1);
		json_decref(json);
	}
	frame_json_free(cache);
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_what_is_known),
		cmocka_unit_test(many_calls_keep_their_own_lines),
		cmocka_unit_test(no_frames_are_a_list_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
