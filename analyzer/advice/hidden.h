/* SPDX-License-Identifier: MIT */
/*
 * What of a program's memory malloc does not see: it takes few large blocks and
 * divides them itself, or maps memory without malloc. Such allocations are in no
 * recording.
 */
#ifndef ANALYZER_ADVICE_HIDDEN_H
#define ANALYZER_ADVICE_HIDDEN_H

#include "analyzer/advice/census.h"

/* Is most of what malloc gave in few large blocks? */
bool hidden_in_blocks(const struct census *census);
/*
 * Bytes that were resident, but neither malloc's nor of the files that are
 * mapped (all of which need not be resident): at least so many were mapped
 * otherwise. 0 where that is little, against malloc's too.
 */
double hidden_mapped_bytes(const struct census *census);

#endif
