/* SPDX-License-Identifier: MIT */
/*
 * One protobuf message in memory, as its wire format has it: varints, and
 * fields with a length. Just what profile.proto needs. A number that is 0 is
 * left out, as in proto3, except among packed ones. Start with all zero; the
 * memory is kept from message to message.
 */
#ifndef ANALYZER_OUTPUT_PROTOBUF_H
#define ANALYZER_OUTPUT_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a message, at most: what a reader can hold in memory at once. It
 * fails like lack of memory. */
#define PROTOBUF_BYTES_MAX (1u << 30)

struct protobuf {
	uint8_t *bytes;
	size_t len, capacity;
};

void protobuf_release(struct protobuf *message);

/* Begins another one. */
static inline void protobuf_clear(struct protobuf *message)
{
	message->len = 0;
}

void protobuf_put_uint(struct protobuf *message, unsigned int field,
		       uint64_t value);
/* int64: ten bytes when negative. */
void protobuf_put_int(struct protobuf *message, unsigned int field,
		      int64_t value);
/* Of a repeated field: even if it is empty. */
void protobuf_put_string(struct protobuf *message, unsigned int field,
			 const char *bytes, size_t len);
/* A message inside the message, likewise. */
void protobuf_put_message(struct protobuf *message, unsigned int field,
			  const struct protobuf *inner);
/* A repeated field, packed; nothing if count is 0. */
void protobuf_put_packed(struct protobuf *message, unsigned int field,
			 const uint64_t *values, size_t count);

#endif
