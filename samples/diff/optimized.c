/* SPDX-License-Identifier: MIT */
/*
 * A list and a string builder, for debugging and for release: most functions
 * are inlined. Nothing changed.
 * build old -g -O0
 * build new -g -O2
 */
#include "part/lists.h"
