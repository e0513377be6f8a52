/* SPDX-License-Identifier: MIT */
#include "analyzer/inflation.h"

#include <elf.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB (1u << 20)
#define NAMES "\0.debug_info\0.zdebug_info\0.gnu_debugdata\0.names"
#define PLACE_INFO 1
#define PLACE_ZDEBUG 13
#define PLACE_DEBUGDATA 26
#define PLACE_NAMES 41

/* A file of a null section, `copies` of one with this content, the names. */
struct file {
	unsigned int name, copies;
	uint64_t flags;
	const void *content;
	size_t len;
};

static void put(int fd, const void *bytes, size_t len)
{
	assert_int_equal(write(fd, bytes, len), len);
}

static bool is_excessive(const struct file *f)
{
	const size_t names = sizeof(NAMES), at = sizeof(Elf64_Ehdr);
	Elf64_Ehdr head = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = 1,
		.e_shoff = at + names + f->len,
		.e_ehsize = sizeof(head),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = (uint16_t)(f->copies + 2),
		.e_shstrndx = (uint16_t)(f->copies + 1),
	};
	Elf64_Shdr section = { 0 };
	int fd = memfd_create("elf", MFD_CLOEXEC);
	bool excessive;

	put(fd, &head, sizeof(head));
	put(fd, NAMES, names);
	put(fd, f->content, f->len);
	put(fd, &section, sizeof(section));
	section = (Elf64_Shdr){ .sh_name = f->name,
				.sh_type = SHT_PROGBITS,
				.sh_flags = f->flags,
				.sh_offset = at + names,
				.sh_size = f->len };
	for (unsigned int i = 0; i < f->copies; i++)
		put(fd, &section, sizeof(section));
	section = (Elf64_Shdr){ .sh_name = PLACE_NAMES,
				.sh_type = SHT_STRTAB,
				.sh_offset = at,
				.sh_size = names };
	put(fd, &section, sizeof(section));
	excessive = inflation_is_excessive(fd);
	close(fd);
	return excessive;
}

static void sections_count_as_what_they_say(void **state)
{
	Elf64_Chdr head = { .ch_type = ELFCOMPRESS_ZLIB, .ch_addralign = 1 };
	struct file f = { .name = PLACE_INFO, .copies = 1,
			  .flags = SHF_COMPRESSED, .content = &head,
			  .len = sizeof(head) };

	(void)state;
	head.ch_size = INFLATION_BYTES;
	assert_false(is_excessive(&f));
	f.copies = 2; /* none alone is too large */
	assert_true(is_excessive(&f));
	f.copies = 1;
	head.ch_size = UINT64_MAX;
	assert_true(is_excessive(&f));
	f.flags = 0; /* then it is no header */
	assert_false(is_excessive(&f));
}

static void large_files_may_have_more(void **state)
{
	Elf64_Chdr *head = calloc(1, 4 * MIB);
	struct file f = { .name = PLACE_INFO, .copies = 1,
			  .flags = SHF_COMPRESSED, .content = head,
			  .len = 4 * MIB };

	(void)state;
	head->ch_type = ELFCOMPRESS_ZLIB;
	head->ch_addralign = 1;
	head->ch_size = INFLATION_BYTES + INFLATION_TIMES * 4 * MIB;
	assert_false(is_excessive(&f));
	head->ch_size += MIB;
	assert_true(is_excessive(&f));
	free(head);
}

static void the_old_form_counts(void **state)
{
	uint8_t head[] = "ZLIB\0\0\0\0\1\0\0\0";
	struct file f = { .name = PLACE_ZDEBUG, .copies = 1, .content = head,
			  .len = 12 };

	(void)state;
	assert_false(is_excessive(&f));
	head[7] = 1;
	assert_true(is_excessive(&f));
	f.len = 11;
	assert_false(is_excessive(&f));
}

/* Its size is known only when it is inflated. */
static void symbols_are_inflated(void **state)
{
	const size_t bytes = 40 * MIB, room = MIB;
	uint8_t *zeros = calloc(1, bytes), *packed = calloc(1, room);
	struct file f = { .name = PLACE_DEBUGDATA, .copies = 1,
			  .content = packed };

	(void)state;
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, NULL,
						 zeros, 8 * MIB, packed, &f.len,
						 room), LZMA_OK);
	assert_false(is_excessive(&f));
	f.len = 0;
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, NULL,
						 zeros, bytes, packed, &f.len,
						 room), LZMA_OK);
	assert_true(is_excessive(&f));
	packed[3] ^= 1; /* no xz at all */
	assert_false(is_excessive(&f));
	free(zeros);
	free(packed);
}

static void other_files_have_nothing(void **state)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	(void)state;
	assert_false(inflation_is_excessive(fd));
	put(fd, "#!/bin/sh\n", 10);
	assert_false(inflation_is_excessive(fd));
	close(fd);
	assert_false(inflation_is_excessive(fd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_count_as_what_they_say),
		cmocka_unit_test(large_files_may_have_more),
		cmocka_unit_test(the_old_form_counts),
		cmocka_unit_test(symbols_are_inflated),
		cmocka_unit_test(other_files_have_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
