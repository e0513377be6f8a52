/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/mutate_ring.h"

#include <stdlib.h>
#include <string.h>

#include "include/ring_format.h"
#include "tests/fuzz/commands.h"
#include "tests/fuzz/dice.h"
#include "tests/fuzz/mutate_dump.h"
#include "tests/fuzz/sparse.h"

#define BUFFERS_MAX 64

struct image {
	uint8_t *bytes;
	size_t len;
};

static void change(const struct image *image, uint64_t at, unsigned int width)
{
	uint64_t value = 0;

	if (image->len < width || at > image->len - width)
		return;
	memcpy(&value, image->bytes + at, width);
	value = dice_value(value);
	memcpy(image->bytes + at, &value, width);
}

/* The fields before the tables, then a place in a table. */
static void change_header(const struct image *image)
{
	size_t tables = offsetof(struct ring_header, node_chunks);

	switch (dice(8)) {
	case 0:
		change(image, tables + 8 * dice(4), 8);
		break;
	case 1:
		change(image,
		       offsetof(struct ring_header, module_chunks) + 8 * dice(4),
		       8);
		break;
	case 2:
		change(image, offsetof(struct ring_header, intent) + 8 * dice(6),
		       8);
		break;
	default:
		change(image, 4 * dice(tables / 4), dice(2) ? 4 : 8);
	}
}

static size_t find_buffers(const struct image *image, uint64_t *offsets)
{
	struct ring_header header;
	struct ring_buffer buffer;
	size_t count = 0;

	if (image->len < sizeof(header))
		return 0;
	memcpy(&header, image->bytes, sizeof(header));
	for (uint64_t at = header.buffers;
	     at && image->len >= sizeof(buffer) &&
	     at <= image->len - sizeof(buffer) && count < BUFFERS_MAX;
	     at = buffer.older) {
		memcpy(&buffer, image->bytes + at, sizeof(buffer));
		offsets[count++] = at;
	}
	return count;
}

/* Offsets and links point at each other more often than anywhere. */
static void change_buffer(const struct image *image)
{
	uint64_t offsets[BUFFERS_MAX], at, other;
	size_t count = find_buffers(image, offsets);

	if (count == 0)
		return;
	at = offsets[dice(count)];
	other = offsets[dice(count)];
	switch (dice(5)) {
	case 0:
		memcpy(image->bytes + at + offsetof(struct ring_buffer, before),
		       &other, sizeof(other));
		break;
	case 1:
		memcpy(image->bytes + at + offsetof(struct ring_buffer, older),
		       &other, sizeof(other));
		break;
	case 2:
		memcpy(image->bytes + at + offsetof(struct ring_buffer, thread),
		       &(uint32_t){ (uint32_t)dice(4) }, 4);
		break;
	default:
		change(image, at + 4 * dice(sizeof(struct ring_buffer) / 4),
		       dice(2) ? 4 : 8);
	}
}

static void change_event(const struct image *image)
{
	uint64_t offsets[BUFFERS_MAX], at;
	size_t count = find_buffers(image, offsets);
	struct ring_buffer buffer;

	if (count == 0)
		return;
	at = offsets[dice(count)];
	memcpy(&buffer, image->bytes + at, sizeof(buffer));
	at += sizeof(buffer) + sizeof(struct ring_event) *
		      dice(dice(2) ? 16 : (uint64_t)buffer.capacity + 1);
	if (dice(3) == 0 && at < image->len)
		image->bytes[at] = (uint8_t)dice(32); /* the kind */
	else
		change(image, at + 4 * dice(8), dice(2) ? 4 : 8);
}

static void change_chunk(const struct image *image)
{
	struct ring_header header;

	if (image->len < sizeof(header))
		return;
	memcpy(&header, image->bytes, sizeof(header));
	if (dice(2))
		change(image, header.node_chunks[0] +
				      4 * dice(4 * (header.nodes_reserved + 2)),
		       dice(2) ? 4 : 8);
	else
		change(image, header.module_chunks[0] +
				      (dice(2) ? 4 * dice(64) : dice(4096)),
		       dice(2) ? 4 : 8);
}

static void change_image(const struct image *image)
{
	unsigned int changes = 1 + (unsigned int)dice(4);

	while (changes--) {
		switch (dice(4)) {
		case 0:
			change_header(image);
			break;
		case 1:
			change_buffer(image);
			break;
		case 2:
			change_event(image);
			break;
		default:
			change_chunk(image);
		}
	}
}

void mutate_ring(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate)
{
	size_t part, room;
	uint8_t *dump = input->data + 5;
	struct image image;

	if (input->len < 6 || input->max < 64 || dice(32) == 0) {
		input->len = mutate(input->data, input->len, input->max);
		return;
	}
	commands_part(input->data, input->len, &part);
	image.bytes = sparse_unpack(dump + part, input->len - 5 - part,
				    &image.len);
	room = input->max - 5;
	if (dice(6) == 0)
		part = mutate_dump_only(dump, part, room, mutate);
	else
		change_image(&image);
	if (dice(32) == 0)
		image.len = dice(SPARSE_MAX);
	if (dice(8) == 0)
		input->data[0] = (uint8_t)dice(256);
	memcpy(input->data + 1, &(uint32_t){ (uint32_t)part }, 4);
	input->len = 5 + part +
		     sparse_pack(dump + part, room - part, image.bytes,
				 image.len);
}
