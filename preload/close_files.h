/* SPDX-License-Identifier: MIT */
/*
 * Closes what a process inherited, also where Linux (before 5.9) has no call
 * for that. Launcher and collector only: may allocate.
 */
#ifndef PRELOAD_CLOSE_FILES_H
#define PRELOAD_CLOSE_FILES_H

/* Every descriptor from `first` up, but not `keep` (-1: none is kept). */
void close_files(int first, int keep);

#endif
