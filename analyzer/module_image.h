/* SPDX-License-Identifier: MIT */
/*
 * The file of one recorded module, if it is still the file that was recorded:
 * the same build ID, or, where it never had one, the same segments and no
 * change since. A file with another identity is never used; a debug file with
 * the right build ID stands in for one that is gone. Addresses are the file's
 * own (run-time address - model_module.base), so one image serves every place
 * at which the module was loaded. Where files are looked for: debug_files.h.
 */
#ifndef ANALYZER_MODULE_IMAGE_H
#define ANALYZER_MODULE_IMAGE_H

#include "analyzer/debug_files.h"
#include "analyzer/debug_info.h"
#include "analyzer/model.h"
#include "analyzer/symbol_table.h"

/* What is known of a module; worse is higher. */
enum module_state {
	MODULE_MATCHED,	    /* the file and its debug information */
	MODULE_NO_FILE,	    /* it never was one, as [vdso] */
	MODULE_NO_DEBUG,    /* the file, without debug information */
	MODULE_DAMAGED,	    /* the file; not all debug information is there */
	MODULE_INFLATED,    /* compressed so well that it was not read */
	MODULE_NO_MEMORY,   /* to read it, or all of it */
	MODULE_OTHER_BUILD, /* another file is in its place */
	MODULE_GONE,	    /* nothing readable is in its place */
};

struct module_image {
	const struct model_module *module;
	const struct debug_search *search;
	Dwfl *dwfl; /* NULL: the file is gone, or is another one */
	Dwfl_Module *mod;
	enum module_state state; /* up to DAMAGED: after module_image_debug() */
	bool has_dwarf;		 /* in the file itself */
	bool searched;		 /* for a separate debug file */
	bool inflated;		 /* a file was left out, see inflation.h */
	bool short_of_memory;	 /* libdw found none, in errno's words */
	bool symbols_read, debug_read;
	struct symbol_table symbols; /* see module_image_symbols() */
	struct debug_info *debug;    /* see module_image_debug() */
	int large_fd; /* of a file with much DWARF, else -1 */
	Dwarf *alternate; /* that dwz moved parts of the DWARF to */
	int alternate_fd;
};

/* Opens; an image without dwfl has no symbols. `recorded_ns` is when the
 * recording began (CLOCK_REALTIME), 0 if unknown. The module and the search
 * must outlive the image, which must not move. */
void module_image_init(struct module_image *image,
		       const struct model_module *module,
		       const struct debug_search *search, uint64_t recorded_ns);
void module_image_release(struct module_image *image);

/* The symbols, read at the first call; empty if there are none. */
const struct symbol_table *module_image_symbols(struct module_image *image);

/* Did one of the library's calls for this image, since errno was set to 0, do
 * with less for lack of memory? Then the state says so from now on. */
void module_image_note_memory(struct module_image *image);

/* The debug information, found at the first call (it may be a download); NULL
 * if there is none. */
struct debug_info *module_image_debug(struct module_image *image);

#endif
