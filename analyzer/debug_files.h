/* SPDX-License-Identifier: MIT */
/*
 * Where the recorded files and their separate debug files are looked for: the
 * directories that the user named, the root of another machine's files, then
 * this machine's usual places, then debuginfod. A file is taken only if it is
 * the right one: by its build ID, or by the checksum of .gnu_debuglink where
 * there is no build ID. Paths come from dumps: only regular files are opened,
 * and opening never blocks. One thread.
 */
#ifndef ANALYZER_DEBUG_FILES_H
#define ANALYZER_DEBUG_FILES_H

#include "analyzer/debug_server.h"

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <sys/stat.h>

struct debug_search {
	char **directories; /* first to last; may be NULL */
	size_t directory_count;
	const char *sysroot;	     /* NULL: this machine's files */
	struct debug_server *server; /* NULL: ask none */
};

/* Which file is wanted: one with this build ID. */
struct debug_wanted {
	const uint8_t *build_id;
	size_t build_id_bytes; /* 0: it has none */
	const char *path;      /* of the file that it belongs to */
	const char *link;      /* the name it goes by, or NULL */
	uint32_t crc;	       /* of the file, where it has no build ID */
	bool any_content;      /* also one without symbols or DWARF */
};

/* A descriptor of the file that a module's path names, or -1 with errno. */
int debug_files_open(const struct debug_search *search, const char *path,
		     struct stat *st);

/* A descriptor of the file that is wanted, or -1; *found is then its path,
 * which the caller frees. */
int debug_files_find(const struct debug_search *search,
		     const struct debug_wanted *wanted, char **found);

/* Has it sections of DWARF, compressed or not? */
bool debug_files_has_dwarf(Elf *elf);

/* Is its DWARF compressed? */
bool debug_files_is_compressed(int fd);

#endif
