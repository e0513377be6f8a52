/* SPDX-License-Identifier: MIT */
#include "preload/call_site.h"

#define CALL_DIRECT 0xe8 /* and 4 bytes */
#define GROUP_5 0xff	 /* and ModRM, whose middle is 2 of a near call */

/* The length of an instruction of group 5. */
static unsigned int length_of(const uint8_t *code, unsigned int have)
{
	unsigned int mod = code[1] >> 6, rm = code[1] & 7;
	unsigned int length = 2;

	if (mod == 3)
		return length;
	if (rm == 4) {
		if (have < 3)
			return 0;
		length++;
		if (mod == 0 && (code[2] & 7) == 5)
			length += 4;
	} else if (mod == 0 && rm == 5) {
		length += 4;
	}
	return length + (mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

bool call_site_ends(const uint8_t before[CALL_SITE_BYTES])
{
	if (before[CALL_SITE_BYTES - 5] == CALL_DIRECT)
		return true;
	for (unsigned int n = 2; n <= CALL_SITE_BYTES; n++) {
		const uint8_t *code = before + CALL_SITE_BYTES - n;

		if (code[0] == GROUP_5 && (code[1] >> 3 & 7) == 2 &&
		    length_of(code, n) == n)
			return true;
	}
	return false;
}
