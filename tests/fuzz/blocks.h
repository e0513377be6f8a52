/* SPDX-License-Identifier: MIT */
/*
 * A dump in memory as a list of blocks with raw payloads, to be changed and
 * written again with checksums that are right. What is no block is skipped.
 */
#ifndef TESTS_FUZZ_BLOCKS_H
#define TESTS_FUZZ_BLOCKS_H

#include <stdbool.h>

#include "include/dump_format.h"
#include "tests/fuzz/target.h"

#define BLOCKS_MAX 512
#define BLOCK_ROOM (1u << 20) /* of a payload, raw; longer ones stay as is */

struct raw_block {
	struct dump_block_header header;
	uint8_t *payload; /* raw if `open`, else as stored */
	size_t len;
	bool open;
	bool honest; /* raw_bytes and count are the payload's own */
};

struct blocks {
	struct raw_block list[BLOCKS_MAX];
	size_t count;
};

void blocks_read(struct blocks *blocks, const uint8_t *data, size_t len);
/* How many bytes were written; blocks that find no room are left out. */
size_t blocks_write(const struct blocks *blocks, uint8_t *into, size_t room);
void blocks_release(struct blocks *blocks);

/* All payloads of an input, decompressed; its own length at least. */
uint64_t blocks_raw_bytes(const uint8_t *data, size_t len);

#endif
