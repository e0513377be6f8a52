/* SPDX-License-Identifier: MIT */
/*
 * codec_get_varint() and codec_get_zigzag() for loops over many: inlined, and
 * without a branch on the length, since addresses take any number of bytes and
 * a wrong guess costs more than all the rest. The results are the same,
 * failures included. The _short ones are for columns that are nearly always
 * one byte.
 */
#ifndef INCLUDE_FAST_VARINT_H
#define INCLUDE_FAST_VARINT_H

#include <string.h>

#include "include/codec.h"

/* Eight bytes at once; near the end, or for more, byte by byte. */
static inline uint64_t fast_varint(struct codec_reader *r)
{
	uint64_t word, stops;

	if (r->end - r->next < 8)
		return codec_get_varint(r);
	memcpy(&word, r->next, 8);
	stops = ~word & UINT64_C(0x8080808080808080);
	if (stops == 0)
		return codec_get_varint(r);
	r->next += (__builtin_ctzll(stops) >> 3) + 1;
	word &= (stops ^ (stops - 1)) & UINT64_C(0x7f7f7f7f7f7f7f7f);
	word = (word & UINT64_C(0x7f007f007f007f00)) >> 1 |
	       (word & UINT64_C(0x007f007f007f007f));
	word = (word & UINT64_C(0x3fff00003fff0000)) >> 2 |
	       (word & UINT64_C(0x00003fff00003fff));
	return (word & UINT64_C(0x0fffffff00000000)) >> 4 |
	       (word & UINT64_C(0x000000000fffffff));
}

static inline uint64_t fast_varint_short(struct codec_reader *r)
{
	if (r->next != r->end && *r->next < 0x80)
		return *r->next++;
	return fast_varint(r);
}

static inline int64_t fast_zigzag(struct codec_reader *r)
{
	uint64_t value = fast_varint(r);

	return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

static inline int64_t fast_zigzag_short(struct codec_reader *r)
{
	uint64_t value = fast_varint_short(r);

	return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

#endif
