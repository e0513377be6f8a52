/* SPDX-License-Identifier: MIT */
/*
 * A buffer that grew by steps of 64 bytes, and now doubles: fewer calls.
 * expect append kept allocations=16000:5000 bytes_allocated=8704000:1984000
 */
#include "../sample.h"

static SITE char *append(char *text, size_t room)
{
	return keep(realloc(text, room));
}

static SITE void fill(void)
{
	char *text = NULL;
	size_t room = 0;

	while (room < 1024) {
#ifdef OLD
		room += 64;
#else
		room = room ? 2 * room : 64;
#endif
		text = append(text, room);
	}
	free(text);
}

int main(void)
{
	for (int i = 0; i < 1000; i++)
		fill();
	return 0;
}
