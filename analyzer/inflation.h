/* SPDX-License-Identifier: MIT */
/*
 * How large what is compressed in an ELF file becomes: sections of debug
 * information, and the symbols in .gnu_debugdata. libdw inflates all of it into
 * memory, whatever the file says; a few kilobytes can be made to become
 * gigabytes. Any thread; any bytes are safe.
 */
#ifndef ANALYZER_INFLATION_H
#define ANALYZER_INFLATION_H

#include <stdbool.h>

/* So much of any file, and so often its size beside: compilers and strip make
 * a third or a fourth of debug information. */
#define INFLATION_BYTES (16u << 20)
#define INFLATION_TIMES 8

/* More than that? False of what is no ELF file. */
bool inflation_is_excessive(int fd);

#endif
