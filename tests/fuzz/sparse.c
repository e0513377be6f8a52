/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/sparse.h"

#include <string.h>

#include "tests/fuzz/blocks.h"
#include "tests/fuzz/commands.h"

#define RUN_HEAD 6
#define RUN_MAX 65535
#define GAP_MIN 8 /* fewer zeros are cheaper than another run */

static uint8_t image[SPARSE_MAX];

uint8_t *sparse_unpack(const uint8_t *data, size_t len, size_t *bytes)
{
	static size_t used;
	uint32_t total = 0, at;
	uint16_t run;

	memset(image, 0, used);
	if (len >= sizeof(total))
		memcpy(&total, data, sizeof(total));
	*bytes = used = total < SPARSE_MAX ? total : SPARSE_MAX;
	for (size_t i = sizeof(total); i + RUN_HEAD <= len; i += run) {
		memcpy(&at, data + i, sizeof(at));
		memcpy(&run, data + i + sizeof(at), sizeof(run));
		i += RUN_HEAD;
		if (run > len - i)
			run = (uint16_t)(len - i);
		if (at <= *bytes && run <= *bytes - at)
			memcpy(image + at, data + i, run);
	}
	return image;
}

static size_t run_length(const uint8_t *from, size_t left)
{
	size_t len = 0, zeros = 0;

	while (len + zeros < left && len + zeros < RUN_MAX && zeros < GAP_MIN) {
		if (from[len + zeros]) {
			len += zeros + 1;
			zeros = 0;
		} else {
			zeros++;
		}
	}
	return len;
}

size_t sparse_pack(uint8_t *into, size_t room, const uint8_t *from, size_t bytes)
{
	uint32_t total = (uint32_t)bytes;
	size_t done = sizeof(total);

	if (room < sizeof(total))
		return 0;
	memcpy(into, &total, sizeof(total));
	for (uint32_t at = 0; at < bytes; at++) {
		uint16_t run;

		if (!from[at])
			continue;
		run = (uint16_t)run_length(from + at, bytes - at);
		if (room - done < RUN_HEAD + (size_t)run)
			break;
		memcpy(into + done, &at, sizeof(at));
		memcpy(into + done + sizeof(at), &run, sizeof(run));
		memcpy(into + done + RUN_HEAD, from + at, run);
		done += RUN_HEAD + run;
		at += run - 1u;
	}
	return done;
}

uint64_t sparse_bytes(const uint8_t *data, size_t len)
{
	size_t part, bytes;
	const uint8_t *dump = commands_part(data, len, &part);

	sparse_unpack(dump + part, (size_t)(data + len - dump) - part, &bytes);
	return blocks_raw_bytes(dump, part) + bytes;
}
