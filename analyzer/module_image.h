/* SPDX-License-Identifier: MIT */
/*
 * The file of one recorded module, if it is still the file that was recorded:
 * the same build ID, or, where it never had one, the same segments and no
 * change since. A file with another identity is never used. Addresses are the
 * file's own (run-time address - model_module.base), so one image serves every
 * place at which the module was loaded. Paths come from the dump: only regular
 * files are opened, and opening never blocks.
 */
#ifndef ANALYZER_MODULE_IMAGE_H
#define ANALYZER_MODULE_IMAGE_H

#include "analyzer/debug_info.h"
#include "analyzer/model.h"
#include "analyzer/symbol_table.h"

struct module_image {
	Dwfl *dwfl; /* NULL: the file is gone, or is another one */
	Dwfl_Module *mod;
	struct symbol_table symbols;
	struct debug_info *debug; /* see module_image_debug() */
	bool debug_looked_for;
};

/* Opens; an image without dwfl has no symbols. `recorded_ns` is when the
 * recording began (CLOCK_REALTIME), 0 if unknown. */
void module_image_init(struct module_image *image,
		       const struct model_module *module, uint64_t recorded_ns);
void module_image_release(struct module_image *image);

/* The debug information, found at the first call (it may be a download); NULL
 * if there is none. */
struct debug_info *module_image_debug(struct module_image *image);

#endif
