/* SPDX-License-Identifier: MIT */
/*
 * A list and a string builder with debug information, and then without: the
 * functions have names, but neither files nor lines. Nothing changed.
 * build old -g -O0
 * build new -O0
 */
#include "part/lists.h"
