/* SPDX-License-Identifier: MIT */
#include "preload/block_index.h"

#include "preload/payloads.h"

/*
 * Blocks of the dump, entries into `out`; 0 if they are not a whole dump.
 * The last block's header is left in *last.
 */
static uint64_t walk(const struct dump_file *f, struct codec_writer *out,
		     struct dump_block_header *last)
{
	struct dump_block_header header;
	uint64_t length;
	uint64_t offset = 0;
	uint64_t previous = 0;
	uint64_t blocks = 0;

	if (dump_file_check(f, &length) < 0)
		return 0;
	while (offset < length) {
		if (!dump_file_block(f, offset, length, &header))
			return 0;
		codec_put_varint(out, header.type);
		codec_put_varint(out, offset - previous);
		if (out->failed)
			return 0;
		previous = offset;
		offset += sizeof(header) + header.stored_bytes;
		blocks++;
		*last = header;
	}
	return blocks;
}

void block_index_put(struct writer *w, enum end_reason reason)
{
	struct dump_block_header last;
	struct codec_writer entries;
	struct codec_writer *out;
	uint64_t blocks;

	/* the number of blocks stands first: entries wait elsewhere */
	codec_writer_init(&entries, writer_space_scratch(w->space),
			  WRITER_SCRATCH_BYTES);
	blocks = w->error ? 0 : walk(&w->file, &entries, &last);
	out = writer_begin(w);
	if (blocks == 0) {
		payload_put_end(out, reason);
		return;
	}
	codec_put_varint(out, reason);
	codec_put_varint(out, blocks);
	codec_put_raw(out, entries.start, codec_written(&entries));
}

bool block_index_has_end(struct writer *w)
{
	struct dump_block_header last;
	struct codec_writer entries;

	codec_writer_init(&entries, writer_space_scratch(w->space),
			  WRITER_SCRATCH_BYTES);
	return walk(&w->file, &entries, &last) > 0 && last.type == DUMP_END;
}
