/* SPDX-License-Identifier: MIT */
/*
 * The files that a dump's addresses are in, each once, and how much of them is
 * still to be had: where the search says, or on this machine. Servers are asked
 * if the search names any.
 */
#ifndef ANALYZER_CMD_MODULE_LIST_H
#define ANALYZER_CMD_MODULE_LIST_H

#include "analyzer/module_image.h"

struct module_line {
	const struct model_module *module;
	enum module_state state;
};

struct module_list {
	struct module_line *lines; /* worst first, then by path */
	size_t count;
};

/* The model must outlive the list. */
void module_list_init(struct module_list *list, const struct model *model,
		      const struct debug_search *search);
void module_list_release(struct module_list *list);

/* For people, "no debug info"; for programs, "no_debug_info". */
const char *module_state_text(enum module_state state);
const char *module_state_key(enum module_state state);

#endif
