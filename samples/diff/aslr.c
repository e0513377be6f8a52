/* SPDX-License-Identifier: MIT */
/*
 * One program, once where the system likes and once where no address is drawn
 * by lot. Nothing changed.
 * run new setarch -R
 */
#include "part/lists.h"
