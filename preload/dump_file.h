/* SPDX-License-Identifier: MIT */
/*
 * The dump as a file: opened only while it is needed, under a high number,
 * recognised by device and inode before every write, locked while it grows,
 * never longer than whole blocks. Raw system calls: no errno, no cancellation
 * point, nothing interposed.
 */
#ifndef PRELOAD_DUMP_FILE_H
#define PRELOAD_DUMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/dump_format.h"

#define DUMP_FILE_FD_MIN 200 /* our fds are not below, if possible */

struct dump_file {
	const char *path; /* absolute; the caller's, outlives this */
	uint64_t device;  /* st_dev and st_ino of the dump, once created; */
	uint64_t inode;	  /* nothing is written into any other file */
	int fd;		  /* -1: not open */
	/* The numbers that it had last, at first and then; 0: none. */
	int last_low, last;
};

/* Creates it (-EEXIST if something is there) and notes its identity. */
int dump_file_create(struct dump_file *f);
/* Opens it, if it is not open. -ESTALE if another file is there now. */
int dump_file_open(struct dump_file *f);
/* Leaves the number alone if another file has it by now. */
void dump_file_close(struct dump_file *f);
/*
 * In a fork child: closes what another thread of the parent had open. The kernel
 * copies the open files before the memory: one that is closed here by what is
 * noted may be open there.
 */
void dump_file_leave_parent(struct dump_file *f);
/* Its length now; -ESTALE if the fd is not the dump any more. */
int dump_file_check(const struct dump_file *f, uint64_t *length);

/* Exclusive; -EAGAIN after a second. A file system without locks does
 * without. */
int dump_file_lock(const struct dump_file *f);
/* Explicit: a fork child may have inherited the open file, and the lock. */
void dump_file_unlock(const struct dump_file *f);

/*
 * Is there room for `bytes` at `offset`, and `spare` bytes more, below
 * RLIMIT_FSIZE (a write beyond raises a signal) and on the disk? They are
 * allocated, beyond the end of the file. -EFBIG, -ENOSPC, -EDQUOT.
 */
int dump_file_reserve(const struct dump_file *f, uint64_t offset,
		      uint64_t bytes, uint64_t spare);
/* All or nothing: what was written in part is cut off again. */
int dump_file_write(const struct dump_file *f, uint64_t offset,
		    const void *bytes, size_t len);
int dump_file_truncate(const struct dump_file *f, uint64_t bytes);
/*
 * Reads the header at `offset` of a file `length` bytes long. True if its CRC
 * is right and its whole payload is in the file.
 */
bool dump_file_block(const struct dump_file *f, uint64_t offset,
		     uint64_t length, struct dump_block_header *header);

#endif
