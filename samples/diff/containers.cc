/* SPDX-License-Identifier: MIT */
/*
 * Containers of the C++ library, for debugging and for release: thirty frames
 * become five. Nothing changed.
 * build old -std=c++17 -g -O0
 * build new -std=c++17 -g -O2
 */
#include "part/containers.h"
