/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/blocks.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "analyzer/memory.h"
#include "include/crc32c.h"

#define HEADER_BYTES sizeof(struct dump_block_header)
#define COMPRESS_FROM 48 /* bytes; a frame takes 13 */

static bool find_block(const uint8_t *data, size_t len, size_t *at,
		       struct dump_block_header *header)
{
	const uint8_t *found;

	while (*at + HEADER_BYTES <= len) {
		found = memmem(data + *at, len - *at, DUMP_MAGIC,
			       DUMP_MAGIC_BYTES);
		if (!found || (size_t)(found - data) + HEADER_BYTES > len)
			return false;
		*at = (size_t)(found - data);
		memcpy(header, found, HEADER_BYTES);
		if (header->stored_bytes <= len - *at - HEADER_BYTES)
			return true;
		(*at)++;
	}
	return false;
}

/* The raw payload, of blocks that hold what they promise. */
static void open_block(struct raw_block *block, const uint8_t *stored)
{
	const struct dump_block_header *header = &block->header;

	if (!(header->flags & DUMP_FLAG_ZSTD) || header->raw_bytes > BLOCK_ROOM)
		return;
	block->payload = xreallocarray(block->payload, header->raw_bytes + 1,
				       1);
	block->open = ZSTD_decompress(block->payload, header->raw_bytes, stored,
				      header->stored_bytes) ==
		      header->raw_bytes;
	if (block->open)
		block->len = header->raw_bytes;
}

void blocks_read(struct blocks *blocks, const uint8_t *data, size_t len)
{
	struct dump_block_header header;
	size_t at = 0;

	blocks->count = 0;
	while (blocks->count < BLOCKS_MAX &&
	       find_block(data, len, &at, &header)) {
		struct raw_block *block = &blocks->list[blocks->count++];
		const uint8_t *stored = data + at + HEADER_BYTES;

		*block = (struct raw_block){ .header = header, .honest = true };
		open_block(block, stored);
		if (!block->open) {
			block->payload = xreallocarray(block->payload,
						       header.stored_bytes + 1,
						       1);
			memcpy(block->payload, stored, header.stored_bytes);
			block->len = header.stored_bytes;
			block->open = !(header.flags & DUMP_FLAG_ZSTD);
		}
		at += HEADER_BYTES + header.stored_bytes;
	}
}

/* As the recorder stores it; 0 if there is no room. */
static size_t store(const struct raw_block *block, uint8_t *into, size_t room,
		    uint32_t *flags)
{
	size_t len;

	if (block->open && block->len >= COMPRESS_FROM) {
		len = ZSTD_compress(into, room, block->payload, block->len, 1);
		if (!ZSTD_isError(len)) {
			*flags |= DUMP_FLAG_ZSTD;
			return len;
		}
	}
	if (block->open)
		*flags &= ~DUMP_FLAG_ZSTD;
	if (block->len > room)
		return 0;
	memcpy(into, block->payload, block->len);
	return block->len;
}

size_t blocks_write(const struct blocks *blocks, uint8_t *into, size_t room)
{
	size_t done = 0;

	for (size_t i = 0; i < blocks->count; i++) {
		const struct raw_block *block = &blocks->list[i];
		struct dump_block_header header = block->header;
		uint8_t *payload = into + done + HEADER_BYTES;
		size_t stored;

		if (room - done < HEADER_BYTES)
			break;
		stored = store(block, payload, room - done - HEADER_BYTES,
			       &header.flags);
		if (stored == 0 && block->len)
			continue;
		header.stored_bytes = (uint32_t)stored;
		if (block->open && block->honest)
			header.raw_bytes = (uint32_t)block->len;
		header.payload_crc = crc32c(0, payload, stored);
		header.header_crc = 0;
		header.header_crc = crc32c(0, &header, sizeof(header));
		memcpy(into + done, &header, sizeof(header));
		done += HEADER_BYTES + stored;
	}
	return done;
}

void blocks_release(struct blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		free(blocks->list[i].payload);
	blocks->count = 0;
}

uint64_t blocks_raw_bytes(const uint8_t *data, size_t len)
{
	struct dump_block_header header;
	uint64_t sum = 0;
	size_t at = 0;

	while (find_block(data, len, &at, &header)) {
		unsigned long long raw = ZSTD_getFrameContentSize(
			data + at + HEADER_BYTES, header.stored_bytes);

		sum += (header.flags & DUMP_FLAG_ZSTD) &&
				       raw <= DUMP_BLOCK_RAW_MAX ?
			       raw :
			       header.stored_bytes;
		at += HEADER_BYTES + header.stored_bytes;
	}
	return sum > len ? sum : len;
}
