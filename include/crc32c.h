/* SPDX-License-Identifier: MIT */
/*
 * CRC32C (Castagnoli, reflected polynomial 0x82f63b78), as RFC 3720 defines
 * it: crc32c(0, "123456789", 9) == 0xe3069283. By SSE 4.2's instruction where
 * there is one, else by eight tables (slicing by 8), which crc32c_init() fills;
 * no allocation, no errno.
 */
#ifndef INCLUDE_CRC32C_H
#define INCLUDE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Idempotent; must return before the first crc32c(). */
void crc32c_init(void);
/* Continues `crc` (0 to begin) over len bytes. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t len);
/* The same, without the instruction. */
uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t len);

#endif
