/* SPDX-License-Identifier: MIT */
/* Where a recording may go, and what is never overwritten. */
#include "analyzer/memory.h"
#include "analyzer/output_file.h"
#include "include/ring_format.h"
#include "tests/unit/rounds.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/heapwise-output-100%-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fwrite(bytes, 1, len, file);
	fclose(file);
}

static bool exists(const char *name)
{
	return access(name, F_OK) == 0;
}

static void test_patterns(void **state)
{
	char *pattern = output_file_pattern("x.%p");
	char *wanted = xasprintf("/tmp/heapwise-output-100%%%%-%s/x.%%p",
				 strrchr(directory, '-') + 1);

	(void)state;
	assert_string_equal(pattern, wanted);
	free(wanted);
	free(pattern);
	pattern = output_file_pattern("/a/b");
	assert_string_equal(pattern, "/a/b");
	free(pattern);
}

static void test_new_files(void **state)
{
	(void)state;
	assert_int_equal(output_file_prepare("new"), OUTPUT_OK);
	assert_false(exists("new"));
	assert_int_equal(output_file_prepare("a\nb \303\251"), OUTPUT_OK);
	assert_int_equal(output_file_prepare("%c.%p.hwd"), OUTPUT_OK);
	assert_int_equal(output_file_prepare("%c/x.%p"), OUTPUT_OK);
	assert_int_equal(output_file_prepare(""), OUTPUT_NOT_CREATED);
	assert_int_equal(output_file_prepare("no/new"), OUTPUT_NOT_CREATED);
	assert_int_equal(output_file_prepare("no/%p"), OUTPUT_NO_DIRECTORY);
	assert_int_equal(output_file_prepare("/proc/new"), OUTPUT_NOT_CREATED);
}

static void test_existing_files(void **state)
{
	(void)state;
	mkdir("sub", 0755);
	assert_int_equal(output_file_prepare("sub"), OUTPUT_IS_DIRECTORY);
	assert_int_equal(output_file_prepare("/dev/null"), OUTPUT_NOT_A_FILE);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(output_file_prepare("pipe"), OUTPUT_NOT_A_FILE);
	assert_int_equal(symlink("precious", "link"), 0);
	assert_int_equal(output_file_prepare("link"), OUTPUT_NOT_A_FILE);
	write_file("precious", "int main(void)", 14);
	assert_int_equal(output_file_prepare("precious"), OUTPUT_NOT_A_DUMP);
	write_file("precious", DUMP_MAGIC, 5);
	assert_int_equal(output_file_prepare("precious"), OUTPUT_NOT_A_DUMP);
	assert_true(exists("precious"));
	write_file("empty", "", 0);
	assert_int_equal(output_file_prepare("empty"), OUTPUT_OK);
	assert_false(exists("empty"));
	write_file("dump", DUMP_MAGIC "the rest", 16);
	write_file("dump.123", DUMP_MAGIC "a child's", 16);
	assert_int_equal(output_file_prepare("dump"), OUTPUT_OK);
	assert_false(exists("dump"));
	assert_true(exists("dump.123"));
}

static void test_ring_files(void **state)
{
	struct ring_header ring = { .version = RING_VERSION };

	(void)state;
	memcpy(ring.magic, RING_MAGIC, sizeof(ring.magic));
	ring.pid = (uint32_t)getpid();
	write_file("r", DUMP_MAGIC, 8);
	write_file("r" RING_SUFFIX, &ring, sizeof(ring));
	assert_int_equal(output_file_prepare("r"), OUTPUT_IN_USE);
	assert_true(exists("r"));
	ring.pid = 0x7ffffffe; /* nobody's */
	write_file("r" RING_SUFFIX, &ring, sizeof(ring));
	assert_int_equal(output_file_prepare("r"), OUTPUT_OK);
	assert_false(exists("r" RING_SUFFIX));
	write_file("r", DUMP_MAGIC, 8);
	write_file("r" RING_SUFFIX, "something else altogether", 25);
	assert_int_equal(output_file_prepare("r"), OUTPUT_OK);
	assert_true(exists("r" RING_SUFFIX));
}

/* A recorder that has closed its dump, and not named its ring yet. */
static void test_begun_ring(void **state)
{
	void *pages;
	int fd;

	(void)state;
	write_file("b", DUMP_MAGIC, 8);
	write_file("b" RING_SUFFIX RING_UNPUBLISHED, RING_MAGIC, 8);
	fd = open("b" RING_SUFFIX RING_UNPUBLISHED, O_RDWR);
	assert_true(fd >= 0);
	pages = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	close(fd);
	assert_int_equal(output_file_prepare("b"), OUTPUT_IN_USE);
	assert_true(exists("b"));
	munmap(pages, 4096);
	assert_int_equal(output_file_prepare("b"), OUTPUT_OK);
	assert_false(exists("b"));
}

static void test_open_dump(void **state)
{
	struct ring_header ring = { .version = RING_VERSION,
				    .pid = 0x7ffffffe };
	int fd;

	(void)state;
	memcpy(ring.magic, RING_MAGIC, sizeof(ring.magic));
	write_file("o", DUMP_MAGIC, 8);
	write_file("o" RING_SUFFIX, &ring, sizeof(ring));
	fd = open("o", O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(output_file_prepare("o"), OUTPUT_IN_USE);
	assert_true(exists("o"));
	assert_true(exists("o" RING_SUFFIX));
	close(fd);
	fd = open("o", O_RDONLY);
	assert_int_equal(output_file_prepare("o"), OUTPUT_OK);
	assert_false(exists("o"));
	close(fd);
}

/* Several at once, as in a pipe of two recordings: one removes the old dump, the
 * others find it gone, or in use; nothing else. */
static void test_several_at_once(void **state)
{
	enum { PROCESSES = 4 };

	(void)state;
	for (unsigned int round = 0; round < rounds(400); round++) {
		int status, gate[2];
		char go;

		write_file("s", DUMP_MAGIC, 8);
		assert_int_equal(pipe(gate), 0);
		for (int i = 0; i < PROCESSES; i++)
			if (fork() == 0) {
				enum output_problem problem;

				close(gate[1]);
				while (read(gate[0], &go, 1) > 0)
					;
				problem = output_file_prepare("s");
				_exit(problem != OUTPUT_OK &&
				      problem != OUTPUT_IN_USE);
			}
		close(gate[0]);
		close(gate[1]);
		for (int i = 0; i < PROCESSES; i++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		assert_false(exists("s"));
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
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_new_files),
		cmocka_unit_test(test_existing_files),
		cmocka_unit_test(test_ring_files),
		cmocka_unit_test(test_begun_ring),
		cmocka_unit_test(test_open_dump),
		cmocka_unit_test(test_several_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
