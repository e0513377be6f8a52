/* SPDX-License-Identifier: MIT */
/*
 * The qualified name of a function that has no mangled one: gcc gives none to
 * what depends on a local type, as every lambda does, and "operator()" alone
 * says nothing. Its scopes are read from DWARF, where the tree has no way up:
 * they are looked for from the unit down.
 */
#ifndef ANALYZER_SCOPE_NAME_H
#define ANALYZER_SCOPE_NAME_H

#include <elfutils/libdw.h>

/*
 * "shop::deliver(int)::{lambda}::operator()", fresh; NULL if the function
 * itself has no name. Each step from one entry to the next adds 1 to *steps;
 * from `steps_max` on, the outer scopes are left out.
 */
char *scope_name(Dwarf_Die *function, int *steps, int steps_max);

#endif
