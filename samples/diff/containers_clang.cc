/* SPDX-License-Identifier: MIT */
/*
 * Containers of the C++ library, built by g++ and by clang++. Nothing changed.
 * build old g++ -std=c++17 -g -O2
 * build new clang++ -std=c++17 -g -O2
 */
#include "part/containers.h"
