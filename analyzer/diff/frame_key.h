/* SPDX-License-Identifier: MIT */
/*
 * What stays of a call's names when a program is built again: a function
 * without what a compiler adds to copies, without the numbers of lambdas and
 * the library's inline namespaces; a module's file name without version; a
 * file's name without directory. Made once for each call of a pool.
 */
#ifndef ANALYZER_DIFF_FRAME_KEY_H
#define ANALYZER_DIFF_FRAME_KEY_H

#include "analyzer/diff/frame_pool.h"

enum frame_role {
	FRAME_OWN,	 /* the program's, or another library's */
	FRAME_ALLOCATOR, /* operator new and the like */
	FRAME_LIBRARY,	 /* the language's own: std::, core:: */
	FRAME_START,	 /* what calls main() or a thread's function */
};

/* Numbers of texts among the keys' own, 0: not known. */
struct frame_key {
	uint32_t function;
	uint32_t plain; /* without template arguments and parameters */
	uint32_t module;
	uint32_t file;
	uint32_t line; /* from the function's start where that is known */
	enum frame_role role;
	uint64_t offset; /* without a function: where, if the module is the
			    same build wherever it was seen; else 0 */
};

struct frame_keys {
	struct frame_key *keys; /* as pool->frames */
	struct frame_pool texts;
};

void frame_keys_init(struct frame_keys *keys, const struct frame_pool *pool);
void frame_keys_release(struct frame_keys *keys);

/* Fresh. */
char *frame_key_function(const char *function);
char *frame_key_module(const char *path);

#endif
