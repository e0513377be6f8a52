/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/names.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"
#include "analyzer/symbolize.h"
#include "analyzer/target_program.h"
#include "tests/fuzz/scratch.h"

#define SEGMENTS 16
#define ADDRESSES 256 /* asked for in each segment, evenly */

/* As the recorder would have noted this file. */
static void describe(struct model_module *module, Elf *elf)
{
	const void *id;
	ssize_t bytes = dwelf_elf_gnu_build_id(elf, &id);
	GElf_Phdr phdr;

	if (bytes > 0) {
		module->build_id = (uint8_t *)xstrndup(id, (size_t)bytes);
		module->build_id_bytes = (size_t)bytes;
	}
	module->segments = xcalloc(SEGMENTS, sizeof(*module->segments));
	for (int i = 0; module->segment_count < SEGMENTS &&
			gelf_getphdr(elf, i, &phdr); i++)
		if (phdr.p_type == PT_LOAD)
			module->segments[module->segment_count++] =
				(struct model_segment){
					.address = phdr.p_vaddr,
					.bytes = phdr.p_memsz,
					.offset = phdr.p_offset,
					.flags = phdr.p_flags,
				};
}

static void ask(const struct model *model)
{
	const struct debug_search search = { .sysroot = scratch_path("") };
	struct symbolizer *symbols = symbolizer_new(model, &search);
	const struct model_module *module = &model->modules[0];
	struct symbol_gap *gaps;

	for (size_t i = 0; i < module->segment_count; i++) {
		const struct model_segment *segment = &module->segments[i];
		uint64_t step = segment->bytes / ADDRESSES + 1;

		for (uint64_t at = 0; at < segment->bytes; at += step) {
			uint64_t address = segment->address + at + 1;

			symbolizer_resolve(symbols, 1, address);
			symbolizer_function(symbols, 1, address);
			if (at + step < at)
				break;
		}
	}
	symbolizer_gaps(symbols, &gaps);
	free(gaps);
	symbolizer_free(symbols);
}

void names_run(const uint8_t *data, size_t len)
{
	struct model_module module = { .id = 1, .end = UINT64_MAX };
	struct target_program target;
	struct model model;
	Elf *elf;
	int fd;

	elf_version(EV_CURRENT);
	scratch_write("program", data, len);
	target_program_find(&target, scratch_path("program"));
	free(target.path);
	module.path = xasprintf("/program");
	fd = open(scratch_path("program"), O_RDONLY | O_CLOEXEC);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf)
		describe(&module, elf);
	elf_end(elf);
	close(fd);
	model_init(&model);
	model_add_module(&model, &module);
	model_seal(&model);
	ask(&model);
	model_release(&model);
	scratch_remove("program");
}
