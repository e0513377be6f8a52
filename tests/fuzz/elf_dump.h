/* SPDX-License-Identifier: MIT */
/* A dump that says that "/program" ran, which is an ELF file, and allocated. */
#ifndef TESTS_FUZZ_ELF_DUMP_H
#define TESTS_FUZZ_ELF_DUMP_H

#include <stddef.h>
#include <stdint.h>

/* From the headers of the file: sites all over its segments, by one thread.
 * Fresh, *bytes of it. */
uint8_t *elf_dump(const char *path, size_t *bytes);

#endif
