/* SPDX-License-Identifier: MIT */
#include "include/codec.h"

#include <string.h>

void codec_writer_init(struct codec_writer *w, void *buffer, size_t bytes)
{
	w->start = buffer;
	w->next = buffer;
	w->end = w->start + bytes;
	w->failed = false;
}

size_t codec_written(const struct codec_writer *w)
{
	return (size_t)(w->next - w->start);
}

static bool room(struct codec_writer *w, size_t bytes)
{
	if (!w->failed && (size_t)(w->end - w->next) >= bytes)
		return true;
	w->failed = true;
	return false;
}

void codec_put_u8(struct codec_writer *w, uint8_t value)
{
	if (room(w, 1))
		*w->next++ = value;
}

void codec_put_varint(struct codec_writer *w, uint64_t value)
{
	uint8_t bytes[10];

	if ((size_t)(w->end - w->next) >= sizeof(bytes) && !w->failed)
		w->next = codec_varint(w->next, value);
	else
		codec_put_raw(w, bytes,
			      (size_t)(codec_varint(bytes, value) - bytes));
}

void codec_put_zigzag(struct codec_writer *w, int64_t value)
{
	codec_put_varint(w, codec_zigzag(value));
}

void codec_put_raw(struct codec_writer *w, const void *bytes, size_t len)
{
	if (len == 0 || !room(w, len))
		return;
	memcpy(w->next, bytes, len);
	w->next += len;
}

void codec_put_bytes(struct codec_writer *w, const void *bytes, size_t len)
{
	codec_put_varint(w, len);
	codec_put_raw(w, bytes, len);
}

void codec_put_tag_bytes(struct codec_writer *w, unsigned int tag,
			 const void *bytes, size_t len)
{
	codec_put_varint(w, tag);
	codec_put_bytes(w, bytes, len);
}

void codec_put_tag_varint(struct codec_writer *w, unsigned int tag,
			  uint64_t value)
{
	uint8_t bytes[10];
	struct codec_writer one;

	codec_writer_init(&one, bytes, sizeof(bytes));
	codec_put_varint(&one, value);
	codec_put_tag_bytes(w, tag, bytes, codec_written(&one));
}

void codec_reader_init(struct codec_reader *r, const void *bytes, size_t len)
{
	r->next = bytes;
	r->end = r->next + len;
	r->failed = false;
}

size_t codec_left(const struct codec_reader *r)
{
	return (size_t)(r->end - r->next);
}

static void fail(struct codec_reader *r)
{
	r->failed = true;
	r->next = r->end;
}

uint8_t codec_get_u8(struct codec_reader *r)
{
	if (r->next == r->end) {
		fail(r);
		return 0;
	}
	return *r->next++;
}

uint64_t codec_get_varint(struct codec_reader *r)
{
	uint64_t value = 0;
	unsigned int shift;

	for (shift = 0; shift < 64 && r->next != r->end; shift += 7) {
		uint8_t byte = *r->next++;

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	fail(r);
	return 0;
}

int64_t codec_get_zigzag(struct codec_reader *r)
{
	uint64_t value = codec_get_varint(r);

	return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

const uint8_t *codec_get_raw(struct codec_reader *r, size_t len)
{
	const uint8_t *bytes = r->next;

	if (codec_left(r) < len) {
		fail(r);
		return NULL;
	}
	r->next += len;
	return bytes;
}

const uint8_t *codec_get_bytes(struct codec_reader *r, size_t *len)
{
	uint64_t length = codec_get_varint(r);
	const uint8_t *bytes = NULL;

	*len = 0;
	if (length > codec_left(r))
		fail(r);
	else
		bytes = codec_get_raw(r, (size_t)length);
	if (!r->failed)
		*len = (size_t)length;
	return bytes;
}

struct codec_reader codec_get_sub(struct codec_reader *r, size_t len)
{
	struct codec_reader sub;
	const uint8_t *bytes = codec_get_raw(r, len);

	codec_reader_init(&sub, bytes ? bytes : r->end, bytes ? len : 0);
	sub.failed = bytes == NULL;
	return sub;
}
