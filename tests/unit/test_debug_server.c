/* SPDX-License-Identifier: MIT */
/*
 * Debug files from a server: one that is a directory (file://), one where
 * nobody listens, none. Skips where libdebuginfod is not installed; servers
 * that hang are tests/e2e/symbols.sh's.
 */
#include "analyzer/debug_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t id[] = { 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89,
			      0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89,
			      0xab, 0xcd, 0xef, 0x01 };
#define ID_TEXT "abcdef0123456789abcdef0123456789abcdef01"

static char directory[] = "/tmp/heapwise-server-XXXXXX";
static int told, told_over;

static void tell(void *context, const char *text)
{
	assert_ptr_equal(context, directory);
	told += text != NULL;
	told_over += text == NULL;
}

static const struct debug_server_wait wait = { tell, directory };

static void shell(const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && %s", directory, command);
	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	char path[100];
	void *library = dlopen("libdebuginfod.so.1", RTLD_NOW);

	(void)state;
	if (!library || !mkdtemp(directory))
		return library ? -1 : 0;
	snprintf(path, sizeof(path), "%s/cache", directory);
	setenv("DEBUGINFOD_CACHE_PATH", path, 1);
	shell("mkdir -p cache buildid/" ID_TEXT
	      " && echo content >buildid/" ID_TEXT "/debuginfo");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (access(directory, F_OK) == 0)
		shell("rm -rf cache buildid && rmdir $PWD");
	return 0;
}

static struct debug_server *start(const char *urls)
{
	if (access(directory, F_OK))
		skip();
	setenv("DEBUGINFOD_URLS", urls, 1);
	return debug_server_new(&wait);
}

static void nobody_is_asked_without_a_name(void **state)
{
	(void)state;
	unsetenv("DEBUGINFOD_URLS");
	assert_null(debug_server_new(&wait));
	setenv("DEBUGINFOD_URLS", "  ", 1);
	assert_null(debug_server_new(&wait));
	assert_null(debug_server_trouble(NULL));
	debug_server_free(NULL);
}

static void a_file_is_found_by_its_id(void **state)
{
	char url[100], content[20] = "";
	struct debug_server *server;
	int fd;

	(void)state;
	snprintf(url, sizeof(url), "file://%s", directory);
	server = start(url);
	assert_non_null(server);
	told_over = 0;
	fd = debug_server_find(server, id, sizeof(id), "name");
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, content, sizeof(content), 0), 8);
	assert_string_equal(content, "content\n");
	assert_int_equal(told_over, 1); /* the line is taken away */
	close(fd);
	/* not there is no trouble; it is asked again */
	assert_int_equal(debug_server_find(server, id, 19, "other"), -2);
	assert_null(debug_server_trouble(server));
	assert_int_equal(debug_server_find(server, id, 0, "none"), -1);
	assert_int_equal(debug_server_find(server, id, 65, "long"), -1);
	assert_int_equal(told_over, 2);
	debug_server_free(server);
}

static void who_cannot_be_reached_is_given_up(void **state)
{
	static const uint8_t other[20] = { 1, 2, 3 };
	struct debug_server *server = start("http://127.0.0.1:1");

	(void)state;
	assert_non_null(server);
	told_over = 0;
	assert_true(debug_server_find(server, other, 20, "a") < 0);
	assert_non_null(debug_server_trouble(server));
	assert_int_equal(debug_server_find(server, other, 20, "b"), -1);
	assert_int_equal(told_over, 1); /* asked once */
	debug_server_free(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_asked_without_a_name),
		cmocka_unit_test(a_file_is_found_by_its_id),
		cmocka_unit_test(who_cannot_be_reached_is_given_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
