/* SPDX-License-Identifier: MIT */
/*
 * A ring file in few bytes: its length (4 bytes), then runs that are not all
 * zero, each an offset (4 bytes), a length (2 bytes) and so many bytes.
 */
#ifndef TESTS_FUZZ_SPARSE_H
#define TESTS_FUZZ_SPARSE_H

#include <stddef.h>
#include <stdint.h>

#define SPARSE_MAX (8u << 20) /* of what is unpacked */

/* Static, SPARSE_MAX bytes, of which *bytes are in use. */
uint8_t *sparse_unpack(const uint8_t *data, size_t len, size_t *bytes);
/* Returns the length; what finds no room is left out. */
size_t sparse_pack(uint8_t *into, size_t room, const uint8_t *image,
		   size_t bytes);

/* Of a ring target's input: the dump's raw bytes and the ring file's. */
uint64_t sparse_bytes(const uint8_t *data, size_t len);

#endif
