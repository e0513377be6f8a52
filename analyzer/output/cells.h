/* SPDX-License-Identifier: MIT */
/*
 * Figures in at most six columns, for tables: "0", "999", "1.23K", "45.6M",
 * "850ns", "1.2ms". Counts go by 1000, bytes by 1024. "-" is no value (NAN).
 */
#ifndef ANALYZER_OUTPUT_CELLS_H
#define ANALYZER_OUTPUT_CELLS_H

#include "analyzer/estimate.h"

#define CELL_BYTES 24

/* Each returns `out`. */
char *cell_count(char out[CELL_BYTES], double count);
char *cell_bytes(char out[CELL_BYTES], double bytes);
char *cell_duration(char out[CELL_BYTES], double ns);
/* A ratio of 0 to 1 as "41.5%", "<0.1%", "0%". */
char *cell_percent(char out[CELL_BYTES], double ratio);

/*
 * How far off an estimate may be: "±2.1%", with a question mark if that
 * is weak; if it is 0 "≤1.20K", or "?" where there is no bound. Empty if it
 * is exact. `cell` is the function that writes the figure itself.
 */
char *cell_interval(char out[CELL_BYTES], const struct estimate *e,
		    char *(*cell)(char *, double));

#endif
