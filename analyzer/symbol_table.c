/* SPDX-License-Identifier: MIT */
#include "analyzer/symbol_table.h"
#include "analyzer/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A gap between functions inside one huge symbol would make a lookup walk the
 * whole table; real nesting is a handful deep. */
#define FIND_STEPS_MAX 4096

/* malloc before __libc_malloc, puts before _IO_puts, a global before a local
 * name: what people call the function. Lower is better. */
static int name_rank(const char *name, const GElf_Sym *sym)
{
	int rank = 0;

	if (GELF_ST_BIND(sym->st_info) == STB_LOCAL)
		rank += 100;
	if (name[0] == '_' && strncmp(name, "_Z", 2) && strncmp(name, "_R", 2))
		rank += name[1] == '_' ? 20 : 10;
	if (GELF_ST_TYPE(sym->st_info) == STT_NOTYPE)
		rank += 1000;
	return rank;
}

static bool is_function(const char *name, const GElf_Sym *sym, GElf_Word shndx)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (!name || !*name || sym->st_size == 0 || shndx == SHN_UNDEF)
		return false;
	return type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE;
}

static int by_place(const void *left, const void *right)
{
	const struct symbol_entry *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return strcmp(b->name, a->name);
}

static void add_symbol(struct symbol_table *table, Dwfl_Module *mod, int index)
{
	struct symbol_entry *entry = &table->entries[table->count];
	GElf_Word shndx = SHN_UNDEF;
	GElf_Addr address = 0;
	GElf_Sym sym;
	const char *name = dwfl_module_getsym_info(mod, index, &sym, &address,
						   &shndx, NULL, NULL);

	if (!name || !is_function(name, &sym, shndx) ||
	    address + sym.st_size < address)
		return;
	entry->start = address;
	entry->end = address + sym.st_size;
	entry->name = name;
	entry->rank = name_rank(name, &sym);
	table->count++;
}

void symbol_table_init(struct symbol_table *table, Dwfl_Module *mod)
{
	int count = dwfl_module_getsymtab(mod);
	uint64_t reach = 0;

	table->entries = NULL;
	table->count = 0;
	if (count <= 0)
		return;
	table->entries = xcalloc((size_t)count, sizeof(*table->entries));
	for (int i = 0; i < count; i++)
		add_symbol(table, mod, i);
	qsort(table->entries, table->count, sizeof(*table->entries), by_place);
	for (size_t i = 0; i < table->count; i++) {
		if (table->entries[i].end > reach)
			reach = table->entries[i].end;
		table->entries[i].reach = reach;
	}
}

void symbol_table_release(struct symbol_table *table)
{
	free(table->entries);
	table->entries = NULL;
	table->count = 0;
}

/* How many entries start at or before the address. */
static size_t starts_before(const struct symbol_table *table, uint64_t address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->entries[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct symbol_entry *symbol_table_find(const struct symbol_table *table,
					     uint64_t address)
{
	size_t i = starts_before(table, address);

	for (int steps = 0; i > 0 && steps < FIND_STEPS_MAX; steps++) {
		const struct symbol_entry *entry = &table->entries[--i];

		if (entry->end > address)
			return entry;
		if (entry->reach <= address)
			break;
	}
	return NULL;
}
