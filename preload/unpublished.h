/* SPDX-License-Identifier: MIT */
/*
 * Ring files that were begun but never published: their processes were killed
 * while they started. Nothing was recorded in them. The collector removes
 * those that nobody has open or mapped any more, whoever's they were, when its
 * command has ended: one that is being made is there a moment before its maker
 * has it open.
 */
#ifndef PRELOAD_UNPUBLISHED_H
#define PRELOAD_UNPUBLISHED_H

#include <stdbool.h>

/* Ends that name as the file of a ring does that is not published yet? */
bool unpublished_is_named(const char *name);

/* Removes it if it is a ring, of the dump beside it, and nobody's. Where the
 * file system cannot tell that, it stays. */
void unpublished_remove(const char *path);

#endif
