/* SPDX-License-Identifier: MIT */
/*
 * From stacks to sites: who allocates is not malloc's caller but the caller of
 * the wrappers around it. A function is a wrapper if it is known as one, if it
 * is the language's library, or if its callers tell its blocks apart: where the
 * callers explain half or more of the variance of sizes or lifetimes (of their
 * logarithms), and the blocks outlive it, it hands on what others asked for.
 * A site is the innermost call that is left: its function and line, whatever
 * called it; without a line, its address. One thread.
 */
#ifndef ANALYZER_ADVICE_FOLD_H
#define ANALYZER_ADVICE_FOLD_H

#include "analyzer/advice/fold_sites.h"

/* Both must outlive it. */
void fold_run(struct fold *fold, const struct census *census,
	      struct symbolizer *symbols);
void fold_release(struct fold *fold);

/* The caller's place; node STACK_ROOT (or TRUNCATED) past the last. */
struct fold_place fold_caller(const struct fold *fold, struct fold_place place);
/* Its symbol; NULL past the end. */
const struct symbol *fold_symbol(const struct fold *fold,
				 const struct fold_place *place);

#endif
