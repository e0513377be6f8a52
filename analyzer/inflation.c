/* SPDX-License-Identifier: MIT */
#include "analyzer/inflation.h"

#include <elf.h>
#include <gelf.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/memory.h"

#define CHUNK_BYTES (1u << 16)
#define DICTIONARY_BYTES_MAX (1u << 30) /* as libdw has it */
#define GNU_HEAD_BYTES 12		/* "ZLIB", 8 bytes of size */

/* Of a .zdebug section, 0 if it is none after all. */
static uint64_t gnu_bytes(const Elf_Data *data)
{
	const unsigned char *head = data ? data->d_buf : NULL;
	uint64_t bytes = 0;

	if (!head || data->d_size < GNU_HEAD_BYTES || memcmp(head, "ZLIB", 4))
		return 0;
	for (int i = 4; i < GNU_HEAD_BYTES; i++)
		bytes = bytes << 8 | head[i];
	return bytes;
}

/* What comes out, at most `most` and a bit: its headers may lie. */
static uint64_t lzma_bytes(const Elf_Data *data, uint64_t most)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	uint8_t *chunk;
	lzma_ret ret;

	if (!data || !data->d_buf ||
	    lzma_auto_decoder(&stream, DICTIONARY_BYTES_MAX, 0) != LZMA_OK)
		return 0;
	chunk = xcalloc(1, CHUNK_BYTES);
	stream.next_in = data->d_buf;
	stream.avail_in = data->d_size;
	do {
		stream.next_out = chunk;
		stream.avail_out = CHUNK_BYTES;
		ret = lzma_code(&stream, LZMA_FINISH);
	} while (ret == LZMA_OK && stream.total_out <= most);
	lzma_end(&stream);
	free(chunk);
	return stream.total_out;
}

static uint64_t section_bytes(Elf *elf, size_t names, Elf_Scn *section,
			      uint64_t most)
{
	GElf_Shdr header;
	GElf_Chdr inflated;
	const char *name;

	if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
		return 0;
	if (header.sh_flags & SHF_COMPRESSED)
		return gelf_getchdr(section, &inflated) ? inflated.ch_size : 0;
	name = elf_strptr(elf, names, header.sh_name);
	if (name && strncmp(name, ".zdebug", 7) == 0)
		return gnu_bytes(elf_rawdata(section, NULL));
	if (name && strcmp(name, ".gnu_debugdata") == 0)
		return lzma_bytes(elf_rawdata(section, NULL), most);
	return 0;
}

bool inflation_is_excessive(int fd)
{
	Elf_Scn *section = NULL;
	uint64_t left, bytes;
	bool excessive = false;
	struct stat st;
	size_t names;
	Elf *elf;

	if (fstat(fd, &st))
		return false;
	left = INFLATION_BYTES + INFLATION_TIMES * (uint64_t)st.st_size;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf_getshdrstrndx(elf, &names) == 0)
		while (!excessive && (section = elf_nextscn(elf, section))) {
			bytes = section_bytes(elf, names, section, left);
			excessive = bytes > left;
			left -= bytes;
		}
	elf_end(elf);
	return excessive;
}
