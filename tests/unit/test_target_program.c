/* SPDX-License-Identifier: MIT */
/* Which commands can be recorded, and which file of theirs says no. */
#include "analyzer/memory.h"
#include "analyzer/target_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/heapwise-target-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len,
		       mode_t mode)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fwrite(bytes, 1, len, file);
	fclose(file);
	chmod(name, mode);
}

static void write_script(const char *name, const char *text, mode_t mode)
{
	write_file(name, text, strlen(text), mode);
}

static void expect(const char *command, enum target_problem problem,
		   const char *path)
{
	struct target_program target;

	assert_int_equal(target_program_find(&target, command), problem);
	assert_int_equal(target.problem, problem);
	if (path)
		assert_string_equal(target.path, path);
	free(target.path);
}

/* The head of an ELF program as the compiler made it, changed by `change`. */
static void write_program(const char *name, void (*change)(unsigned char *))
{
	unsigned char head[8192];
	FILE *file = fopen("/proc/self/exe", "r");
	size_t len;

	assert_non_null(file);
	len = fread(head, 1, sizeof(head), file);
	fclose(file);
	change(head);
	write_file(name, head, len, 0755);
}

static void same(unsigned char *head)
{
	(void)head;
}

static void make_32_bit(unsigned char *head)
{
	head[4] = 1;
}

static void make_arm(unsigned char *head)
{
	head[18] = 183;
}

/* Every program header becomes PT_NULL. */
static void make_static(unsigned char *head)
{
	for (int i = 0; i < head[56]; i++)
		memset(head + 64 + i * 56, 0, 4);
}

static void test_found_or_not(void **state)
{
	(void)state;
	expect("/proc/self/exe", TARGET_OK, NULL);
	expect("sh", TARGET_OK, NULL);
	expect("no-such-command-here", TARGET_NOT_FOUND,
	       "no-such-command-here");
	expect("./no-such-file", TARGET_NOT_FOUND, "./no-such-file");
	expect("", TARGET_NOT_FOUND, "");
	expect("/tmp", TARGET_NOT_EXECUTABLE, "/tmp");
	write_script("plain", "hello\n", 0644);
	expect("./plain", TARGET_NOT_EXECUTABLE, "./plain");
	expect("./plain/x", TARGET_NOT_FOUND, "./plain/x");
}

static void test_searches_path(void **state)
{
	char *old = xasprintf("%s", getenv("PATH"));

	(void)state;
	mkdir("one", 0755);
	mkdir("two", 0755);
	write_script("one/tool", "x", 0644);
	write_script("two/tool", "#!/bin/sh\n", 0755);
	write_script("here", "#!/bin/sh\n", 0755);
	setenv("PATH", "one:two", 1);
	expect("tool", TARGET_OK, "/bin/sh");
	setenv("PATH", "missing:one", 1);
	expect("tool", TARGET_NOT_EXECUTABLE, "one/tool");
	setenv("PATH", "missing:", 1);
	expect("here", TARGET_OK, "/bin/sh");
	setenv("PATH", "missing", 1);
	expect("here", TARGET_NOT_FOUND, "here");
	setenv("PATH", old, 1);
	free(old);
}

static void test_scripts(void **state)
{
	(void)state;
	write_script("a", "#! /bin/sh -e\n", 0755);
	expect("./a", TARGET_OK, "/bin/sh");
	write_script("b", "echo no interpreter line\n", 0755);
	expect("./b", TARGET_OK, "/bin/sh");
	write_script("c", "#!/no/such/interpreter\n", 0755);
	expect("./c", TARGET_NO_INTERPRETER, "/no/such/interpreter");
	write_script("d", "#!./d\n", 0755);
	expect("./d", TARGET_OK, "./d"); /* the kernel will say ELOOP */
	write_script("e", "", 0755);
	expect("./e", TARGET_OK, "/bin/sh");
	write_program("still", make_static);
	write_script("f", "#!./still\n", 0755);
	expect("./f", TARGET_STATIC, "./still");
}

static void test_programs(void **state)
{
	(void)state;
	write_program("fine", same);
	expect("./fine", TARGET_OK, "./fine");
	write_program("still", make_static);
	expect("./still", TARGET_STATIC, "./still");
	write_program("ld-linux-x86-64.so.2", make_static);
	expect("./ld-linux-x86-64.so.2", TARGET_OK, NULL);
	write_program("small", make_32_bit);
	expect("./small", TARGET_FOREIGN, "./small");
	write_program("arm", make_arm);
	expect("./arm", TARGET_FOREIGN, "./arm");
}

static void test_rights(void **state)
{
	(void)state;
	write_program("raised", same);
	chmod("raised", 04755);
	expect("./raised", TARGET_OK, NULL); /* our own id: nothing gained */
	if (chown("raised", getuid() + 1, getgid()))
		skip();
	chmod("raised", 04755);
	expect("./raised", TARGET_SETUID, "./raised");
	assert_int_equal(chown("raised", getuid(), getgid() + 1), 0);
	chmod("raised", 02755);
	expect("./raised", TARGET_SETUID, "./raised");
	chmod("raised", 0755);
	expect("./raised", TARGET_OK, "./raised");
}

static void test_cut_programs(void **state)
{
	unsigned char head[8192];
	FILE *file = fopen("/proc/self/exe", "r");

	(void)state;
	assert_non_null(file);
	assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
	fclose(file);
	for (size_t len = 0; len < 1200; len += 7) {
		struct target_program target;

		write_file("cut", head, len, 0755);
		target_program_find(&target, "./cut");
		free(target.path);
	}
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	char *command = xasprintf("rm -rf %s", directory);
	int status = chdir("/") || system(command);

	(void)state;
	free(command);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found_or_not),
		cmocka_unit_test(test_searches_path),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_rights),
		cmocka_unit_test(test_cut_programs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
