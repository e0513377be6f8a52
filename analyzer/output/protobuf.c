/* SPDX-License-Identifier: MIT */
#include "analyzer/output/protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define VARINT_BYTES_MAX 10
#define FIRST_BYTES 256

enum wire_type { WIRE_VARINT = 0, WIRE_LENGTH = 2 };

void protobuf_release(struct protobuf *message)
{
	free(message->bytes);
	*message = (struct protobuf){ 0 };
}

static void reserve(struct protobuf *message, size_t more)
{
	size_t capacity = message->capacity ? message->capacity : FIRST_BYTES;

	if (more > PROTOBUF_BYTES_MAX - message->len)
		memory_exhausted();
	while (capacity - message->len < more)
		capacity *= 2;
	if (capacity == message->capacity)
		return;
	message->bytes = xreallocarray(message->bytes, capacity, 1);
	message->capacity = capacity;
}

/* There is room. */
static inline void put_varint(struct protobuf *message, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		message->bytes[message->len++] = (uint8_t)(value | 0x80);
	message->bytes[message->len++] = (uint8_t)value;
}

static void put_key(struct protobuf *message, unsigned int field,
		    enum wire_type type)
{
	put_varint(message, (uint64_t)field << 3 | type);
}

static void put_raw(struct protobuf *message, unsigned int field,
		    const void *bytes, size_t len)
{
	reserve(message, len < PROTOBUF_BYTES_MAX ?
				 len + 2 * VARINT_BYTES_MAX : len);
	put_key(message, field, WIRE_LENGTH);
	put_varint(message, len);
	if (len > 0)
		memcpy(message->bytes + message->len, bytes, len);
	message->len += len;
}

void protobuf_put_uint(struct protobuf *message, unsigned int field,
		       uint64_t value)
{
	if (value == 0)
		return;
	reserve(message, (size_t)2 * VARINT_BYTES_MAX);
	put_key(message, field, WIRE_VARINT);
	put_varint(message, value);
}

void protobuf_put_int(struct protobuf *message, unsigned int field,
		      int64_t value)
{
	protobuf_put_uint(message, field, (uint64_t)value);
}

void protobuf_put_string(struct protobuf *message, unsigned int field,
			 const char *bytes, size_t len)
{
	put_raw(message, field, bytes, len);
}

void protobuf_put_message(struct protobuf *message, unsigned int field,
			  const struct protobuf *inner)
{
	put_raw(message, field, inner->bytes, inner->len);
}

static size_t varint_bytes(uint64_t value)
{
	size_t bytes = 1;

	for (; value >= 0x80; value >>= 7)
		bytes++;
	return bytes;
}

void protobuf_put_packed(struct protobuf *message, unsigned int field,
			 const uint64_t *values, size_t count)
{
	size_t len = 0;

	if (count == 0)
		return;
	if (count > PROTOBUF_BYTES_MAX / VARINT_BYTES_MAX)
		memory_exhausted();
	for (size_t i = 0; i < count; i++)
		len += varint_bytes(values[i]);
	reserve(message, len + (size_t)2 * VARINT_BYTES_MAX);
	put_key(message, field, WIRE_LENGTH);
	put_varint(message, len);
	for (size_t i = 0; i < count; i++)
		put_varint(message, values[i]);
}
