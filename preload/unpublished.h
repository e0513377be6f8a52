/* SPDX-License-Identifier: MIT */
/*
 * Ring files that were begun but never published: their processes were killed
 * while they started. Nothing was recorded in them. The collector removes those
 * that nobody has open or mapped any more, whoever's they were, and ends the
 * dumps of its own session's, when its command has ended: one that is being made
 * is there a moment before its maker has it open.
 */
#ifndef PRELOAD_UNPUBLISHED_H
#define PRELOAD_UNPUBLISHED_H

#include <stdbool.h>
#include <stdint.h>

/* Ends that name as the file of a ring does that is not published yet? */
bool unpublished_is_named(const char *name);

/* Removes it if it is a ring and nobody's, of the dump beside it; first ends its
 * dump, wherever that is, if that is of this session. Where the file system
 * cannot tell whether anybody has it open, it stays. */
void unpublished_end(const char *path, uint64_t session);

#endif
