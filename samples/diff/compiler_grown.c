/* SPDX-License-Identifier: MIT */
/*
 * A list and a string builder, built by gcc and by clang, with 10% more items.
 * build old gcc -g -O2
 * build new clang -g -O2 -DITEMS=2200
 * expect push kept allocations=2000:2200 bytes_allocated=64000:70400
 */
#include "part/lists.h"
