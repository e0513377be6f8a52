/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/sources.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/commands.h"
#include "tests/fuzz/dice.h"
#include "tests/fuzz/elf_dump.h"
#include "tests/fuzz/scratch.h"

#define HEAD 5
#define HERE " --sysroot @ "

static const char *const lines[] = {
	"list --all . --source-path @" HERE "@a.hwd",
	"list --all . --source-path @ --json" HERE "@a.hwd",
	"list inner --source-path @ --metric leaked" HERE "@a.hwd",
	"report --by line" HERE "@a.hwd",
	"report --full-names --all-frames --limit 0 --frames 0" HERE "@a.hwd",
	"export --format pprof" HERE "@a.hwd",
	"report --by function --json" HERE "@a.hwd",
};

void sources_run(const uint8_t *data, size_t len)
{
	size_t part, bytes;
	const uint8_t *program = commands_part(data, len, &part);
	uint8_t *dump;

	if (len < HEAD)
		return;
	scratch_write("program", program, part);
	scratch_write("inlined.c", program + part,
		      (size_t)(data + len - program) - part);
	dump = elf_dump(scratch_path("program"), &bytes);
	scratch_write("a.hwd", dump, bytes);
	free(dump);
	scratch_run(lines[data[0] % (sizeof(lines) / sizeof(*lines))]);
	scratch_remove("a.hwd");
	scratch_remove("inlined.c");
	scratch_remove("program");
}

void sources_mutate(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate)
{
	size_t part, rest;
	uint8_t *program = input->data + HEAD;

	if (input->len < HEAD || input->max < 2 * HEAD)
		return;
	commands_part(input->data, input->len, &part);
	rest = input->len - HEAD - part;
	if (dice(8) == 0)
		input->data[0] = (uint8_t)dice(256);
	if (rest > 0 && dice(4) == 0) {
		rest = mutate(program + part, rest,
			      input->max - HEAD - part);
	} else {
		/* in place, so that offsets in it stay right */
		part = mutate(program, part, part);
		memmove(program + part,
			input->data + input->len - rest, rest);
	}
	memcpy(input->data + 1, &(uint32_t){ (uint32_t)part }, 4);
	input->len = HEAD + part + rest;
}
