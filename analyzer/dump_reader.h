/* SPDX-License-Identifier: MIT */
/*
 * The trust boundary: opens a dump, goes from block to block, hands out
 * payloads whose checksums were right. It reads with pread() only, so a file
 * that shrinks or grows meanwhile is no more than a cut one. Damage is noted
 * with its offset and skipped: reading goes on at the next magic whose header's
 * checksum is right. Nothing is printed. One thread at a time, except
 * dump_reader_load(), which any thread may call with a payload of its own.
 */
#ifndef ANALYZER_DUMP_READER_H
#define ANALYZER_DUMP_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "include/dump_format.h"

enum dump_error {
	DUMP_OK = 0,
	DUMP_ERROR_OPEN = -1,	   /* errnum says why */
	DUMP_ERROR_NOT_A_FILE = -2, /* directory, pipe, device */
	DUMP_ERROR_READ = -3,	   /* errnum */
	DUMP_ERROR_EMPTY = -4,
	DUMP_ERROR_FOREIGN = -5,   /* not a dump at all */
	DUMP_ERROR_CUT = -6,	   /* ends inside its first block */
	DUMP_ERROR_VERSION = -7,   /* of another heapwise */
	DUMP_ERROR_NO_META = -8,   /* damaged where it cannot be spared */
	/* of one block: */
	DUMP_ERROR_PAYLOAD_CRC = -9,
	DUMP_ERROR_PAYLOAD = -10,  /* does not decompress, or not as promised */
	DUMP_ERROR_CONTENT = -11,  /* decompressed, but makes no sense */
	/* of the walk from block to block: */
	DUMP_ERROR_HEADER = -12,   /* no block header where one must be */
	DUMP_ERROR_TAIL = -13,	   /* the file ends inside a block */
	DUMP_ERROR_SEQUENCE = -14, /* blocks are missing before this one */
	DUMP_ERROR_SECOND = -15,   /* another dump begins here */
	DUMP_ERROR_STOPPED = -16,  /* does not end with an END block */
	DUMP_ERROR_LAST = -16,
};

/* Why something could not be read, for one line to the user. */
struct dump_problem {
	int error; /* enum dump_error */
	int errnum; /* errno, where `error` says so, else 0 */
	uint64_t offset; /* byte in the file */
};

/* "is empty; was the recording killed at once?" and the like. Static. */
const char *dump_error_text(int error);
/* What the user can do about it; static, NULL if nothing. */
const char *dump_error_advice(int error);

struct dump_damage {
	uint64_t offset;
	uint64_t bytes; /* skipped; 0 if none or unknown */
	int error;
};

/* The list ends after this many; `damage_total` goes on counting. */
#define DUMP_DAMAGE_MAX 1000

struct dump_reader {
	int fd;
	char *path;
	uint64_t file_bytes; /* as of dump_reader_open() */
	uint64_t offset;     /* of the next header */
	uint64_t sequence;   /* expected of the next block */
	uint64_t floor;	     /* end of the last header: damage is searched from
				here */
	bool resynchronised; /* before the block last returned */
	uint64_t gone_back;  /* bytes that were passed again */
	bool ended;	     /* the block last returned was END */
	struct dump_damage *damage;
	size_t damage_count, damage_capacity;
	uint64_t damage_total;
};

struct dump_block {
	uint64_t offset; /* of its header */
	struct dump_block_header header;
};

/* A payload's memory, reused from block to block. Start with all zero. */
struct dump_payload {
	uint8_t *bytes; /* raw */
	size_t len;
	size_t capacity;
	uint8_t *stored; /* header and payload as in the file */
	size_t stored_capacity;
	void *zstd; /* ZSTD_DCtx */
};

/* 0, or a negative enum dump_error with *problem filled. */
int dump_reader_open(struct dump_reader *r, const char *path,
		     struct dump_problem *problem);
void dump_reader_release(struct dump_reader *r);

/*
 * The next block with a valid header that lies in the file as a whole: 1, or 0
 * at the end, or a negative enum dump_error if the file cannot be read (then
 * *problem says more). The payload is not looked at.
 */
int dump_reader_next(struct dump_reader *r, struct dump_block *block,
		     struct dump_problem *problem);

/*
 * Reads a block's payload, checks and decompresses it. 0 or a negative enum
 * dump_error; a bad block is not added to the damage list (several threads may
 * read): see dump_reader_note().
 */
int dump_reader_load(const struct dump_reader *r, uint64_t offset,
		     uint32_t stored_bytes, struct dump_payload *payload);
void dump_payload_release(struct dump_payload *payload);

/* Adds to the damage list; one entry an offset. */
void dump_reader_note(struct dump_reader *r, int error, uint64_t offset,
		      uint64_t bytes);

#endif
