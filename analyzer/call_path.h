/* SPDX-License-Identifier: MIT */
/*
 * The path of a call's source file: compilers write it in parts, with steps
 * that mean nothing.
 */
#ifndef ANALYZER_CALL_PATH_H
#define ANALYZER_CALL_PATH_H

#include "analyzer/debug_info.h"

/* Fresh; absolute if its directory is known to be; NULL: not known. */
char *call_path(const struct debug_call *call);

#endif
