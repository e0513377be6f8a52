/* SPDX-License-Identifier: MIT */
/*
 * A list and a string builder, built by gcc and by clang. Nothing changed.
 * build old gcc -g -O2
 * build new clang -g -O2
 */
#include "part/lists.h"
