/* SPDX-License-Identifier: MIT */
/*
 * The parts of a demangled name. "void std::vector<int>::f(int) const" is a
 * return type, which only templates have, a qualified name and parameters.
 */
#ifndef ANALYZER_FUNCTION_NAME_H
#define ANALYZER_FUNCTION_NAME_H

#include <stdbool.h>

/* Past the return type: at the qualified name. Never beyond the end. */
const char *function_name_start(const char *name);

/* Where the parameters in parentheses begin, NULL if there are none (C). */
const char *function_name_parameters(const char *name);

/* Is this '<' or '>' part of an operator's name, or of "->", and no bracket? */
bool function_name_is_operator(const char *name, const char *at);

/* Is it the language's own library: std::, core::, alloc::? */
bool function_is_library(const char *name);

#endif
