/* SPDX-License-Identifier: MIT */
/* Debug packages by dpkg's lists: whole paths only, both spellings of /lib. */
#include "analyzer/memory.h"
#include "analyzer/package_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/heapwise-packages-XXXXXX";

static void write_list(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	write_list("jq.list", "/.\n/usr\n/usr/bin/jq\n");
	write_list("jq.md5sums", "/usr/bin/md5\n");
	write_list("libjq1:amd64.list", "/usr/lib/x/libjq.so.1.0.4\n"
					"/usr/lib/x/libjq.so.1");
	write_list("libc6:amd64.list", "/lib/x/libc.so.6\n");
	write_list("libc6-extra.list", "/lib/x/extra.so\n");
	write_list("python3.11-minimal.list", "/usr/bin/python3.11\n");
	write_list("libpython3.9-stdlib:amd64.list", "/usr/lib/x/_ssl.so\n");
	write_list("$(touch x).list", "/usr/bin/evil\n");
	write_list("empty.list", "");
	return 0;
}

static int tear_down(void **state)
{
	char *command = xasprintf("rm -rf %s", directory);
	int status = system(command);

	(void)state;
	free(command);
	return status;
}

static void expect(const char *path, const char *package)
{
	char *name = package_name_debug(directory, path);

	if (package) {
		assert_non_null(name);
		assert_string_equal(name, package);
	} else {
		assert_null(name);
	}
	free(name);
}

static void test_names(void **state)
{
	(void)state;
	expect("/usr/bin/jq", "jq-dbgsym");
	expect("/usr/lib/x/libjq.so.1.0.4", "libjq1-dbgsym");
	expect("/usr/lib/x/libjq.so.1", "libjq1-dbgsym");
	expect("/usr/lib/x/libc.so.6", "libc6-dbg");
	expect("/lib/x/libc.so.6", "libc6-dbg");
	expect("/lib/x/libjq.so.1", "libjq1-dbgsym");
	expect("/usr/lib/x/extra.so", "libc6-extra-dbgsym");
	expect("/usr/bin/python3.11", "python3.11-dbg");
	expect("/usr/lib/x/_ssl.so", "python3.9-dbg");
}

static void test_no_package(void **state)
{
	(void)state;
	expect("/usr/bin/j", NULL);
	expect("/usr/bin/jqq", NULL);
	expect("/bin/jqq", NULL);
	expect("/usr/bin/md5", NULL);
	expect("/usr/bin/evil", NULL);
	expect("", NULL);
	expect("usr/bin/jq", NULL);
	assert_null(package_name_debug("/nowhere", "/usr/bin/jq"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_package),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
