/* SPDX-License-Identifier: MIT */
/*
 * The function symbols of one ELF file, sorted for lookup: .symtab, .dynsym
 * and the compressed mini symbol table, of the file and of its separate debug
 * file, as libdwfl finds them. A symbol is a match only if it contains the
 * address; the nearest neighbour, an undefined symbol (a PLT entry's) or one
 * without a size never is. The file may be damaged: sizes are not trusted.
 */
#ifndef ANALYZER_SYMBOL_TABLE_H
#define ANALYZER_SYMBOL_TABLE_H

#include <elfutils/libdwfl.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_entry {
	uint64_t start;
	uint64_t end;	  /* one past the last byte, > start */
	uint64_t reach;	  /* highest end of this entry and all before it */
	const char *name; /* libdwfl's, as mangled */
	int rank;	  /* which of several names of one place is best */
};

struct symbol_table {
	struct symbol_entry *entries; /* by start, widest first */
	size_t count;
};

/* Reads `mod`'s symbols; an unreadable file gives an empty table. The names
 * live as long as mod's Dwfl. */
void symbol_table_init(struct symbol_table *table, Dwfl_Module *mod);
void symbol_table_release(struct symbol_table *table);

/* The innermost symbol that contains the address, or NULL. */
const struct symbol_entry *symbol_table_find(const struct symbol_table *table,
					     uint64_t address);

#endif
