/* SPDX-License-Identifier: MIT */
/* Which files are removed: rings that were begun, beside a dump, that nobody has
 * open or mapped; and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/dump_format.h"
#include "include/ring_format.h"
#include "preload/unpublished.h"

static char folder[] = "/tmp/heapwise-unpublished.XXXXXX";
static char dump[64], ring[80];

static int begin(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/heapwise-unpublished.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(dump, sizeof(dump), "%s/d.hwd", folder);
	snprintf(ring, sizeof(ring), "%s.ring.new", dump);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(dump);
	unlink(ring);
	return rmdir(folder);
}

static void put(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static int is_there(void)
{
	return access(ring, F_OK) == 0;
}

/* The same with each beginning that a ring can have. */
static void test_nobodys(void **state)
{
	static const char zeros[4096];

	(void)state;
	put(dump, "", 0);
	put(ring, "", 0);
	unpublished_end(ring, 1);
	assert_false(is_there());
	put(ring, zeros, sizeof(zeros));
	unpublished_end(ring, 1);
	assert_false(is_there());
	put(ring, RING_MAGIC "more", 12);
	unpublished_end(ring, 1);
	assert_false(is_there());
}

static void test_in_use(void **state)
{
	static const char zeros[4096];
	void *pages;
	int fd;

	(void)state;
	put(dump, "", 0);
	put(ring, zeros, sizeof(zeros));
	fd = open(ring, O_RDWR);
	unpublished_end(ring, 1);
	assert_true(is_there());
	pages = mmap(NULL, sizeof(zeros), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	assert_true(pages != MAP_FAILED);
	close(fd);
	unpublished_end(ring, 1);
	assert_true(is_there());
	munmap(pages, sizeof(zeros));
	unpublished_end(ring, 1);
	assert_false(is_there());
}

static void test_strangers(void **state)
{
	(void)state;
	put(ring, "", 0);
	unpublished_end(ring, 1); /* no dump */
	assert_true(is_there());
	put(dump, "", 0);
	put(ring, "somebody's text", 15);
	unpublished_end(ring, 1);
	assert_true(is_there());
	unpublished_end(dump, 1);
	assert_int_equal(access(dump, F_OK), 0);
	unlink(ring);
	assert_int_equal(symlink(dump, ring), 0);
	unpublished_end(ring, 1);
	assert_true(is_there());
}

/* A ring whose header names a file that is no dump. */
static void put_ring_of(uint64_t session)
{
	struct stat st;
	uint8_t *pages = calloc(1, RING_HEADER_BYTES);
	struct ring_header *header = (struct ring_header *)pages;

	assert_int_equal(stat(dump, &st), 0);
	memcpy(header->magic, RING_MAGIC, sizeof(header->magic));
	header->version = RING_VERSION;
	header->session = session;
	header->file_bytes = RING_HEADER_BYTES;
	header->dump_sequence = 1;
	header->dump_device = st.st_dev;
	header->dump_inode = st.st_ino;
	strcpy(header->dump_path, dump);
	put(ring, pages, RING_HEADER_BYTES);
	free(pages);
}

static void test_never_into_another_file(void **state)
{
	char text[32] = "";
	int fd;

	(void)state;
	for (uint64_t session = 1; session <= 2; session++) {
		put(dump, "somebody's text", 15);
		put_ring_of(session);
		unpublished_end(ring, 1);
		assert_false(is_there());
		fd = open(dump, O_RDONLY);
		assert_int_equal(read(fd, text, sizeof(text)), 15);
		close(fd);
		assert_string_equal(text, "somebody's text");
	}
}

/* What could not be ended stays, for `check --finish`. */
static void test_kept_where_that_fails(void **state)
{
	const struct rlimit none = { 0, RLIM_INFINITY };
	struct rlimit before;

	(void)state;
	put(dump, DUMP_MAGIC, DUMP_MAGIC_BYTES);
	put_ring_of(1);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &none);
	unpublished_end(ring, 1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_true(is_there());
}

static void test_names(void **state)
{
	(void)state;
	assert_true(unpublished_is_named("x.ring.new"));
	assert_false(unpublished_is_named(".ring.new"));
	assert_false(unpublished_is_named("x.ring"));
	assert_false(unpublished_is_named("x.new"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nobodys, begin, end),
		cmocka_unit_test_setup_teardown(test_in_use, begin, end),
		cmocka_unit_test_setup_teardown(test_strangers, begin, end),
		cmocka_unit_test_setup_teardown(test_never_into_another_file,
						begin, end),
		cmocka_unit_test_setup_teardown(test_kept_where_that_fails, begin, end),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
