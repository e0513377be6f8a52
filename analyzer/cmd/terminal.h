/* SPDX-License-Identifier: MIT */
/* What standard output can show. */
#ifndef ANALYZER_CMD_TERMINAL_H
#define ANALYZER_CMD_TERMINAL_H

#include "analyzer/output/output.h"

/*
 * Sets the run's width (COLUMNS, else the terminal's, else 80), colour
 * (unless NO_COLOR) and characters: ASCII only, unless the locale is UTF-8.
 */
void cmd_terminal(struct output_run *run, FILE *file);

#endif
