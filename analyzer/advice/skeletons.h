/* SPDX-License-Identifier: MIT */
/*
 * The remedies as source to begin with, in C (C11) and in C++ (C++17), at a
 * site's sizes. The templates are files in skeletons/, part of the program;
 * @bytes@, @capacity@, @prewarm@ and @sizes@ in them are fields of struct
 * remedy, made so large that each compiles (at least a byte, or one block).
 */
#ifndef ANALYZER_ADVICE_SKELETONS_H
#define ANALYZER_ADVICE_SKELETONS_H

#include "analyzer/advice/finding.h"

enum skeleton_language { SKELETON_C, SKELETON_CXX, SKELETON_LANGUAGES };

/* "C", "C++" */
const char *skeleton_language_name(enum skeleton_language language);

/* What the source of a call is written in, by its names. */
enum skeleton_language skeleton_language_of(const struct symbol_call *call);

/* By number, in no order; NULL after the last. Variants have a name of their
 * own: "grow" is reserve's for what grows by a fixed size. */
const char *skeleton_name(size_t index);
/* That of a detector's remedy; there is one for each detector. */
const char *skeleton_name_of(const char *detector,
			     const struct remedy *remedy);

/* The caller frees it; NULL if there is none of that name. */
char *skeleton_text(const char *name, enum skeleton_language language,
		    const struct remedy *remedy);

#endif
