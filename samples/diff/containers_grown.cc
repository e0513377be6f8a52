/* SPDX-License-Identifier: MIT */
/*
 * Containers of the C++ library, for debugging and for release, and 10% more
 * entries in the map.
 * build old -std=c++17 -g -O0
 * build new -std=c++17 -g -O2 -DENTRIES=1100
 * expect fill_map kept allocations=2000:2200
 * expect function emplace kept allocations=1000:1100
 * expect function basic_string kept allocations=2000:2200
 */
#include "part/containers.h"
