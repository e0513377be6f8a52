/* SPDX-License-Identifier: MIT */
/*
 * Names for the addresses of stacks: function, file and line, with the calls
 * that were inlined there. No name is ever invented: if the file is not the
 * one that was recorded, or nothing in it contains the address, the function
 * is NULL and `place` says where it was, as module+0xoffset. Each address is
 * resolved once. One thread.
 */
#ifndef ANALYZER_SYMBOLIZE_H
#define ANALYZER_SYMBOLIZE_H

#include "analyzer/module_image.h"

/* One call at an address. Bytes of the program's files: escape to show. */
struct symbol_call {
	const char *function; /* demangled; NULL: not known */
	const char *linkage;  /* the same as the linker has it: mangled */
	const char *file;     /* absolute where known; NULL: not known */
	int line;	      /* 0: not known */
	int start_line;	      /* of the function, in `file`; 0: not known */
	bool inlined;	      /* into the next call of the same address */
};

struct symbol {
	uint64_t address; /* the return address, as recorded */
	const struct model_module *module; /* NULL: in none */
	const char *place; /* "libc.so.6+0x1234", "0x7f12": always there */
	const struct symbol_call *calls; /* innermost first */
	size_t call_count; /* at least 1; the last is the function itself */
};

struct symbolizer;

/* The model and the search must outlive the symbolizer, which must outlive its
 * symbols. `search` may be NULL: the usual places. */
struct symbolizer *symbolizer_new(const struct model *model,
				  const struct debug_search *search);
void symbolizer_free(struct symbolizer *s);

/* Everything about a return address in a module (an id, 0: in none). */
const struct symbol *symbolizer_resolve(struct symbolizer *s, uint32_t module,
					uint64_t address);

/*
 * Only the function itself, without inlined calls, files and lines: no debug
 * information is read. NULL: not known. Equal functions of one module have
 * equal pointers.
 */
const char *symbolizer_function(struct symbolizer *s, uint32_t module,
				uint64_t address);

/* A module of which more was asked than its files could tell. */
struct symbol_gap {
	const struct model_module *module;
	enum module_state state;
	size_t addresses; /* without a function, or without a line */
};

/* Fills *gaps, which the caller frees; returns how many there are, those with
 * the most addresses first. */
size_t symbolizer_gaps(const struct symbolizer *s, struct symbol_gap **gaps);

/* The file name in a path: what follows the last slash. */
const char *symbol_basename(const char *path);

#endif
