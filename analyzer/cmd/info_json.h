/* SPDX-License-Identifier: MIT */
/* What `heapwise info --json` prints of a dump. */
#ifndef ANALYZER_CMD_INFO_JSON_H
#define ANALYZER_CMD_INFO_JSON_H

#include <jansson.h>

#include "analyzer/debug_files.h"
#include "analyzer/recording.h"

/* A new object. The search is for the files of modules; counted: STAT_FOREIGN_FREES
 * is known. */
json_t *info_json(const char *path, const struct recording *recording,
		  const struct debug_search *search, bool counted);

#endif
