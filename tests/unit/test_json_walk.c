/* SPDX-License-Identifier: MIT */
/* JSON walked member by member: what is there, and what is wrong. */
#include "analyzer/diff/json_walk.h"
#include "analyzer/memory.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char path[] = "/tmp/heapwise-walk.XXXXXX";

static void write_file(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

/* Members of an object, "key=value;"; an array "list" is walked into. Then
 * what was wrong, if anything. */
static char *walked(void)
{
	struct json_walk walk;
	char *out = NULL;
	size_t len;
	FILE *file = open_memstream(&out, &len);

	json_walk_open(&walk, path);
	json_walk_enter(&walk, '{');
	while (json_walk_next(&walk, '}')) {
		char *key = json_walk_key(&walk);
		bool list = key && strcmp(key, "list") == 0;

		fprintf(file, "%s=", key ? key : "?");
		free(key);
		if (list)
			json_walk_enter(&walk, '[');
		while (!list || json_walk_next(&walk, ']')) {
			json_t *value = json_walk_value(&walk);
			char *text = value ? json_dumps(value,
							JSON_ENCODE_ANY |
							JSON_COMPACT) : NULL;

			fprintf(file, "%s;", text ? text : "?");
			free(text);
			json_decref(value);
			if (!list)
				break;
		}
	}
	json_walk_end(&walk);
	if (walk.why)
		fprintf(file, " %s", walk.why);
	json_walk_release(&walk);
	fclose(file);
	return out;
}

static void gives(const char *text, const char *expected)
{
	char *got;

	write_file(text, strlen(text));
	got = walked();
	assert_string_equal(got, expected);
	free(got);
}

static void members_come_one_by_one(void **state)
{
	(void)state;
	gives("{}", "");
	gives(" {\n} \n", "");
	gives("{\"a\":1}", "a=1;");
	gives("{\"a\" : 1.5 ,\"b\":[1,{\"c\":null}], \"d\":\"x\"}",
	      "a=1.5;b=[1,{\"c\":null}];d=\"x\";");
	gives("{\"list\":[],\"a\":true}", "list=a=true;");
	gives("{\"list\":[1,\n[2,3] , \"x\"]\n,\"a\":-7}",
	      "list=1;[2,3];\"x\";a=-7;");
}

static void starts_with(const char *text, const char *expected)
{
	char *got;

	write_file(text, strlen(text));
	got = walked();
	assert_non_null(strstr(got, expected));
	free(got);
}

static void mistakes_are_said_with_their_line(void **state)
{
	(void)state;
	starts_with("", "line 1: it ends where '{' should be");
	starts_with("[]", "line 1: not JSON: no '{'");
	starts_with("{\n\"a\":1\n\"b\":2}", "line 3: not JSON: no ','");
	starts_with("{\"a\" 1}", "line 1: not JSON: no ':'");
	starts_with("{\"a\":1,}", "line 1: not JSON: no '\"'");
	starts_with("{1:1}", "line 1: not JSON: no '\"'");
	starts_with("{\"a\":\n\n[1,", "line 3: ");
	starts_with("{\"a\":1", "it ends where ',' should be; was it cut?");
	starts_with("{\"list\":[1,2", "it ends where ','");
	starts_with("{\"a\":{\"x\":1,\"x\":2}}", "duplicate");
	starts_with("{\"a\":1} {", "line 1: something follows the end");
	starts_with("{\"a\":\"\xff\"}", "line 1: ");
}

static void large_values_are_refused(void **state)
{
	size_t len = JSON_WALK_VALUE_MAX + 100;
	char *text = xcalloc(len + 1, 1), *got;

	(void)state;
	memset(text, ' ', len);
	memcpy(text, "{\"a\":[", 6);
	memcpy(text + len - 2, "]}", 2);
	write_file(text, len);
	got = walked();
	assert_non_null(strstr(got, "a value of more than 4 MiB"));
	free(got);
	/* a list as long of small ones is not */
	memcpy(text, "{\"list\":[1,", 11);
	for (size_t i = 11; i + 4 < len; i += 2)
		memcpy(text + i, "1,", 2);
	memcpy(text + len - 4, " 1]}", 4);
	write_file(text, len);
	free(walked());
	free(text);
}

static void compressed_files_are_read(void **state)
{
	static const char text[] = "{\"list\":[1,2],\"a\":3}";
	gzFile file = gzopen(path, "w");
	char bytes[200], *got;
	ssize_t len;
	int fd;

	(void)state;
	assert_int_equal(gzwrite(file, text, sizeof(text) - 1),
			 sizeof(text) - 1);
	gzclose(file);
	assert_true(json_walk_is_object(path));
	got = walked();
	assert_string_equal(got, "list=1;2;a=3;");
	free(got);
	fd = open(path, O_RDONLY);
	len = read(fd, bytes, sizeof(bytes));
	close(fd);
	for (ssize_t i = 0; i < len; i++) {
		char was = bytes[i];

		bytes[i] = (char)(was ^ 0x55);
		write_file(bytes, (size_t)len);
		json_walk_is_object(path);
		free(walked());
		bytes[i] = was;
		write_file(bytes, (size_t)i);
		free(walked());
	}
}

static void what_is_no_file_is_not_read(void **state)
{
	struct json_walk walk;

	(void)state;
	json_walk_open(&walk, "/nowhere/at/all");
	assert_string_equal(walk.why, "No such file or directory");
	json_walk_enter(&walk, '{');
	assert_false(json_walk_next(&walk, '}'));
	assert_null(json_walk_key(&walk));
	assert_null(json_walk_value(&walk));
	json_walk_end(&walk);
	json_walk_release(&walk);
	json_walk_open(&walk, "/tmp");
	assert_non_null(walk.why);
	json_walk_release(&walk);
	assert_false(json_walk_is_object("/tmp"));
	assert_false(json_walk_is_object("/dev/zero"));
	assert_false(json_walk_is_object("/nowhere/at/all"));
	write_file("HWDP", 4);
	assert_false(json_walk_is_object(path));
	write_file("\n  {", 4);
	assert_true(json_walk_is_object(path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_one_by_one),
		cmocka_unit_test(mistakes_are_said_with_their_line),
		cmocka_unit_test(large_values_are_refused),
		cmocka_unit_test(compressed_files_are_read),
		cmocka_unit_test(what_is_no_file_is_not_read),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
