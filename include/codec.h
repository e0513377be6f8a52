/* SPDX-License-Identifier: MIT */
/*
 * Bounded cursors over bytes: the only way a payload is built or taken apart.
 * A cursor that would pass its end sets `failed`, moves no further and reads
 * zeros, so callers may check once at the end. No allocation, no errno; any
 * thread may use a cursor of its own.
 */
#ifndef INCLUDE_CODEC_H
#define INCLUDE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codec_writer {
	uint8_t *start;
	uint8_t *next;
	uint8_t *end;
	bool failed;
};

struct codec_reader {
	const uint8_t *next;
	const uint8_t *end;
	bool failed;
};

/* LEB128 without a check: `to` has room for 10 bytes. One past the last. */
static inline uint8_t *codec_varint(uint8_t *to, uint64_t value)
{
	while (__builtin_expect(value >= 0x80, 0)) {
		*to++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*to++ = (uint8_t)value;
	return to;
}

/* Signed: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
static inline uint64_t codec_zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

void codec_writer_init(struct codec_writer *w, void *buffer, size_t bytes);
size_t codec_written(const struct codec_writer *w);
void codec_put_u8(struct codec_writer *w, uint8_t value);
/* LEB128: 7 bits a byte, low bits first; 1 to 10 bytes. */
void codec_put_varint(struct codec_writer *w, uint64_t value);
/* codec_zigzag(), then LEB128. */
void codec_put_zigzag(struct codec_writer *w, int64_t value);
/* Bytes without a length. */
void codec_put_raw(struct codec_writer *w, const void *bytes, size_t len);
/* A varint length, then the bytes. */
void codec_put_bytes(struct codec_writer *w, const void *bytes, size_t len);
/* A tagged field of META: tag, length, bytes. */
void codec_put_tag_bytes(struct codec_writer *w, unsigned int tag,
			 const void *bytes, size_t len);
/* A tagged field of META whose bytes are one varint. */
void codec_put_tag_varint(struct codec_writer *w, unsigned int tag,
			  uint64_t value);

void codec_reader_init(struct codec_reader *r, const void *bytes, size_t len);
size_t codec_left(const struct codec_reader *r);
uint8_t codec_get_u8(struct codec_reader *r);
uint64_t codec_get_varint(struct codec_reader *r);
int64_t codec_get_zigzag(struct codec_reader *r);
/* The next len bytes, in place; NULL and failed if there are fewer. */
const uint8_t *codec_get_raw(struct codec_reader *r, size_t len);
/* A length and that many bytes, in place; *len is 0 on failure. */
const uint8_t *codec_get_bytes(struct codec_reader *r, size_t *len);
/* A cursor over the next len bytes; an empty, failed one if there are fewer. */
struct codec_reader codec_get_sub(struct codec_reader *r, size_t len);

#endif
