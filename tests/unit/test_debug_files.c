/* SPDX-License-Identifier: MIT */
/*
 * Where debug files are looked for, and which are taken, with files that the
 * compiler makes: by build ID, by checksum, below a root. Needs cc and objcopy.
 */
#include "analyzer/debug_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/heapwise-files-XXXXXX";
static const uint8_t id[] = { 0xab, 0xcd, 0xef, 0x01, 0x02, 0x03, 0x04, 0x05 };

static void shell(const char *command)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd %s && %s", directory, command);
	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	shell("echo 'int main(void) { return 0; }' >p.c && "
	      "cc -g -Wl,--build-id=0xabcdef0102030405 -o p p.c && "
	      "cc -g -Wl,--build-id=none -o q p.c && "
	      "objcopy --only-keep-debug p p.debug && strip p && "
	      "objcopy --only-keep-debug q q.debug && strip q");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shell("rm -rf *.c p q *.debug d root && rmdir $PWD");
	return 0;
}

/* Where the file with these properties is found in d/, or "". */
static const char *found(const struct debug_wanted *wanted)
{
	static char where[200];
	char named[100], *directories[] = { named };
	const struct debug_search search = { .directories = directories,
					     .directory_count = 1 };
	char *path = NULL;
	int fd;

	snprintf(named, sizeof(named), "%s/d", directory);
	fd = debug_files_find(&search, wanted, &path);
	assert_int_equal(fd >= 0, path != NULL);
	where[0] = '\0';
	if (fd < 0)
		return where;
	close(fd);
	assert_int_equal(strncmp(path, named, strlen(named)), 0);
	snprintf(where, sizeof(where), "%s", path + strlen(named));
	free(path);
	return where;
}

static void the_right_build_is_taken(void **state)
{
	struct debug_wanted wanted = { .build_id = id, .build_id_bytes = 8,
				       .path = "/opt/app/prog" };

	(void)state;
	shell("mkdir -p d/.build-id/ab");
	assert_string_equal(found(&wanted), "");
	shell("cp p.debug d/.build-id/ab/cdef0102030405.debug");
	assert_string_equal(found(&wanted),
			    "/.build-id/ab/cdef0102030405.debug");
	wanted.build_id_bytes = 7;
	assert_string_equal(found(&wanted), "");
	shell("cp d/.build-id/ab/cdef0102030405.debug "
	      "d/.build-id/ab/cdef01020304.debug"); /* another's name */
	assert_string_equal(found(&wanted), "");
	shell("rm -r d");
}

static void names_beside_it_will_do(void **state)
{
	const struct debug_wanted wanted = { .build_id = id,
					     .build_id_bytes = 8,
					     .path = "/opt/app/prog",
					     .link = "prog.dbg" };

	(void)state;
	shell("mkdir -p d/opt/app && cp p.debug d/opt/app/prog.debug");
	assert_string_equal(found(&wanted), "/opt/app/prog.debug");
	shell("cp p.debug d/prog.dbg");
	assert_string_equal(found(&wanted), "/prog.dbg");
	shell("cp p d/prog.dbg"); /* stripped: of no use */
	assert_string_equal(found(&wanted), "/opt/app/prog.debug");
	shell("rm -r d");
}

/* As cksum of gzip has it. */
static uint32_t crc_of(const char *name)
{
	char line[300];
	unsigned int sum = 0;
	FILE *pipe;

	snprintf(line, sizeof(line), "gzip -c %s/%s | tail -c 8 | "
		 "od -An -N4 -tx4", directory, name);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%x", &sum), 1);
	pclose(pipe);
	return sum;
}

static void without_an_id_the_checksum_decides(void **state)
{
	struct debug_wanted wanted = { .path = "/opt/app/q",
				       .link = "q.debug",
				       .crc = crc_of("q.debug") };

	(void)state;
	shell("mkdir d && cp q.debug d");
	assert_string_equal(found(&wanted), "/q.debug");
	wanted.crc++;
	assert_string_equal(found(&wanted), "");
	wanted.crc--;
	shell("printf x >>d/q.debug");
	assert_string_equal(found(&wanted), "");
	shell("rm -r d && mkdir d && mkfifo d/q.debug"); /* does not block */
	assert_string_equal(found(&wanted), "");
	shell("rm -r d");
}

/* The first bytes of what a path stands for below a root. */
static int below(const char *path, char content[8])
{
	char root[100];
	const struct debug_search search = { .sysroot = root };
	struct stat st;
	int fd;

	memset(content, 0, 8);
	snprintf(root, sizeof(root), "%s/root", directory);
	fd = debug_files_open(&search, path, &st);
	if (fd < 0)
		return -1;
	assert_true(read(fd, content, 7) >= 0);
	close(fd);
	return 0;
}

static void links_stay_below_the_root(void **state)
{
	char content[8];

	(void)state;
	shell("mkdir -p root/etc && echo inside >root/etc/passwd && "
	      "ln -s /etc/passwd root/link && ln -s ../../../etc/passwd "
	      "root/etc/up && mkfifo root/fifo");
	assert_int_equal(below("/link", content), 0);
	assert_string_equal(content, "inside\n");
	assert_int_equal(below("/etc/up", content), 0);
	assert_string_equal(content, "inside\n");
	assert_int_equal(below("/../../../../etc/passwd", content), 0);
	assert_string_equal(content, "inside\n");
	assert_int_equal(below("/fifo", content), -1);
	assert_int_equal(below("/etc", content), -1);
	assert_int_equal(below("etc/passwd", content), -1); /* not absolute */
	assert_int_equal(below("/gone", content), -1);
}

static void dwarf_is_seen(void **state)
{
	static const char *const names[] = { "p.debug", "p", "q.debug", "q" };

	(void)state;
	elf_version(EV_CURRENT);
	for (int i = 0; i < 4; i++) {
		char path[200];
		Elf *elf;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		fd = open(path, O_RDONLY);
		elf = elf_begin(fd, ELF_C_READ, NULL);
		assert_non_null(elf);
		assert_int_equal(debug_files_has_dwarf(elf), i % 2 == 0);
		elf_end(elf);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_build_is_taken),
		cmocka_unit_test(names_beside_it_will_do),
		cmocka_unit_test(without_an_id_the_checksum_decides),
		cmocka_unit_test(links_stay_below_the_root),
		cmocka_unit_test(dwarf_is_seen),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
