/* SPDX-License-Identifier: MIT */
/*
 * A directory in memory for the files of one process, and commands run on
 * them. Their output goes where the process's does. One thread.
 */
#ifndef TESTS_FUZZ_SCRATCH_H
#define TESTS_FUZZ_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/* Static; "" is the directory itself, which goes when the process does. "none"
 * is an empty directory in it. */
const char *scratch_path(const char *name);
void scratch_write(const char *name, const void *bytes, size_t len);
void scratch_remove(const char *name);

/* Runs "report --json a.hwd" or the like: a word @NAME is the path of a file in
 * the directory. Returns the exit status. */
int scratch_run(const char *line);

/* The same with any bytes, a word a line, as `argv` of `command`. */
int scratch_run_words(const char *command, const uint8_t *words, size_t len);

#endif
