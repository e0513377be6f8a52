/* SPDX-License-Identifier: MIT */
/*
 * Where the other parts of heapwise are: beside the program that runs, or where
 * `make install` puts them. The file system decides, no path is compiled in, so
 * a build tree and an installation may be moved.
 */
#ifndef ANALYZER_OWN_FILES_H
#define ANALYZER_OWN_FILES_H

#define OWN_LIBRARY "libheapwise.so"
#define OWN_COLLECTOR "heapwise-collect"

/* The path of one of these, for the caller to free; NULL if it is nowhere. */
char *own_file(const char *name);

/*
 * The library as LD_PRELOAD is to name it, where the system runs 32-bit programs
 * too: their loader takes an empty library instead, rather than print a line
 * about one that it cannot load. NULL: there is no need, or no such library.
 */
char *own_library_by_class(void);

#endif
