/* SPDX-License-Identifier: MIT */
/*
 * Ring files that were begun but never published: their processes were killed
 * while they started. Nothing was recorded in them. The collector ends the
 * dumps of those that nobody has open or mapped any more, whoever's they were,
 * and removes them, when its command has ended: one that is being made is there
 * a moment before its maker has it open.
 */
#ifndef PRELOAD_UNPUBLISHED_H
#define PRELOAD_UNPUBLISHED_H

#include <stdbool.h>

/* Ends that name as the file of a ring does that is not published yet? */
bool unpublished_is_named(const char *name);

/* Ends its dump and removes it, if it is a ring and nobody's; where the dump has
 * nothing yet only if it is beside. Where the file system cannot tell whether
 * anybody has it open, it stays. */
void unpublished_end(const char *path);

#endif
