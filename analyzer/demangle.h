/* SPDX-License-Identifier: MIT */
/*
 * C++ and Rust names as their source spells them, through libiberty. A name
 * may come from a damaged or hostile file: the mangled and the demangled
 * length and the recursion are bounded, and beyond the bounds a name stays as
 * it is.
 */
#ifndef ANALYZER_DEMANGLE_H
#define ANALYZER_DEMANGLE_H

#define DEMANGLE_INPUT_MAX (16u << 10) /* longer names are left alone */
#define DEMANGLE_OUTPUT_MAX (64u << 10) /* as are those that grow longer */

/* A malloc'd string: demangled with parameters, or a copy of `name` if it is
 * not a mangled name or exceeds a bound. */
char *demangle(const char *name);

#endif
