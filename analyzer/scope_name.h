/* SPDX-License-Identifier: MIT */
/*
 * The qualified name of a function that has no mangled one: gcc gives none to
 * what depends on a local type, as every lambda does, and "operator()" alone
 * says nothing. Its scopes are read from DWARF.
 */
#ifndef ANALYZER_SCOPE_NAME_H
#define ANALYZER_SCOPE_NAME_H

#include "analyzer/die_tree.h"

/*
 * "shop::deliver(int)::{lambda}::operator()", fresh; NULL if the function
 * itself has no name. Once `tree` is out of steps, outer scopes are left out.
 */
char *scope_name(Dwarf_Die *function, struct die_tree *tree);

#endif
