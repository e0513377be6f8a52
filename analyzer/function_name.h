/* SPDX-License-Identifier: MIT */
/*
 * The parts of a demangled name. "void std::vector<int>::f(int) const" is a
 * return type, which only templates have, a qualified name and parameters.
 */
#ifndef ANALYZER_FUNCTION_NAME_H
#define ANALYZER_FUNCTION_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How much of a symbol is the function's name: not its version, as in
 * puts@@GLIBC_2.2.5, nor what gcc and clang add to the copies that they make of
 * a function, as in f.constprop.0.cold.
 */
size_t function_symbol_len(const char *symbol);

/* Past the return type: at the qualified name. Never beyond the end. */
const char *function_name_start(const char *name);

/* Where the parameters in parentheses begin, NULL if there are none (C). */
const char *function_name_parameters(const char *name);

/* Is this '<' or '>' part of an operator's name, or of "->", and no bracket? */
bool function_name_is_operator(const char *name, const char *at);

/* Is it the language's own library: std::, core::, alloc::? */
bool function_is_library(const char *name);

#endif
