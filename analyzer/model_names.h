/* SPDX-License-Identifier: MIT */
/*
 * Words for what a dump has as numbers: stable names for programs, texts for
 * people. All static; "unknown" for numbers of a later format.
 */
#ifndef ANALYZER_MODEL_NAMES_H
#define ANALYZER_MODEL_NAMES_H

#include <stdint.h>

const char *model_mode_name(uint64_t mode);	  /* exact, sampled */
const char *model_clock_name(uint64_t clock);	  /* tsc, monotonic */
const char *model_drainer_name(uint64_t drainer); /* collector, self */
const char *model_on_full_name(uint64_t on_full); /* wait, drop */
const char *model_end_name(uint64_t reason); /* none, exit, _exit, died, exec */
const char *model_end_text(uint64_t reason); /* "it exited" */

#endif
