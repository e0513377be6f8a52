/* SPDX-License-Identifier: MIT */
/* Is this a return address? Then a call instruction ends there. */
#ifndef PRELOAD_CALL_SITE_H
#define PRELOAD_CALL_SITE_H

#include <stdbool.h>
#include <stdint.h>

/* The longest near call without prefixes (Intel SDM 2A, CALL). */
#define CALL_SITE_BYTES 7u

/* Does a near call, direct or indirect, end after these bytes? Other bytes may
 * look like one. */
bool call_site_ends(const uint8_t before[CALL_SITE_BYTES]);

#endif
