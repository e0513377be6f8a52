/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/mutate_dump.h"

#include <stdlib.h>
#include <string.h>

#include "include/codec.h"
#include "tests/fuzz/blocks.h"
#include "tests/fuzz/commands.h"
#include "tests/fuzz/dice.h"
#include "tests/fuzz/fields.h"
#include "tests/fuzz/mutate_events.h"

#define ROOM (2 * BLOCK_ROOM)

static uint8_t scratch[ROOM];

/* payload[at, at + len) becomes `more`. */
static void splice(struct raw_block *block, const struct field *old,
		   const uint8_t *more, size_t len)
{
	size_t tail = block->len - old->at - old->len;
	uint8_t *payload;

	if (block->len - old->len + len > BLOCK_ROOM)
		return;
	payload = malloc(block->len - old->len + len + 1);
	if (!payload)
		return;
	memcpy(payload, block->payload, old->at);
	memcpy(payload + old->at, more, len);
	memcpy(payload + old->at + len, block->payload + old->at + old->len,
	       tail);
	free(block->payload);
	block->payload = payload;
	block->len = old->at + len + tail;
}

static void change_number(struct raw_block *block, const struct field *field)
{
	struct codec_reader r;
	struct codec_writer w;
	uint8_t bytes[16];

	codec_reader_init(&r, block->payload + field->at, field->len);
	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, dice_value(codec_get_varint(&r)));
	splice(block, field, bytes, codec_written(&w));
}

static void change_bytes(struct raw_block *block, const struct field *field,
			 fuzz_mutate_bytes *mutate)
{
	struct codec_reader r;
	struct codec_writer w;
	const uint8_t *old;
	size_t len, max;

	codec_reader_init(&r, block->payload + field->at, field->len);
	old = codec_get_bytes(&r, &len);
	if (!old || len > BLOCK_ROOM / 2)
		return;
	max = len + 1 + dice(len + 16);
	memcpy(scratch, old, len);
	len = mutate(scratch, len, max);
	codec_writer_init(&w, scratch + BLOCK_ROOM, BLOCK_ROOM);
	codec_put_bytes(&w, scratch, len);
	if (!w.failed)
		splice(block, field, w.start, codec_written(&w));
}

static void change_field(struct raw_block *block, const struct field *field,
			 fuzz_mutate_bytes *mutate)
{
	uint8_t byte = (uint8_t)dice(256);

	if (field->kind == FIELD_U8)
		splice(block, field, &byte, 1);
	else if (field->kind == FIELD_VARINT)
		change_number(block, field);
	else
		change_bytes(block, field, mutate);
}

/* The bytes from one record's beginning to a later one's, or the end. */
static bool some_records(const struct fields *fields, size_t len,
			 struct field *records)
{
	size_t first = dice(fields->count), last;

	while (first < fields->count && !fields->list[first].begins)
		first++;
	if (first == fields->count)
		return false;
	last = first + 1 + dice(dice(2) ? 16 : fields->count);
	while (last < fields->count && !fields->list[last].begins)
		last++;
	records->at = fields->list[first].at;
	records->len = (uint32_t)((last < fields->count ?
					   fields->list[last].at :
					   len) - records->at);
	return true;
}

static void change_records(struct raw_block *block, const struct fields *fields)
{
	struct field records;
	size_t times = dice(4) ? dice(3) : dice(200), len = 0;

	if (!some_records(fields, block->len, &records))
		return;
	while (times-- && len + records.len <= BLOCK_ROOM) {
		memcpy(scratch + len, block->payload + records.at,
		       records.len);
		len += records.len;
	}
	splice(block, &records, scratch, len);
}

static void change_payload(struct raw_block *block, fuzz_mutate_bytes *mutate)
{
	static struct fields fields;

	if (!block->open)
		return;
	if (block->header.type == DUMP_EVENTS && dice(8) && !mutate_events(block))
		return;
	fields_find(&fields, block->header.type, block->payload, block->len);
	if (fields.count == 0 || dice(10) == 0) {
		struct field all = { .len = (uint32_t)block->len };
		size_t len = block->len;

		memcpy(scratch, block->payload, len);
		len = mutate(scratch, len, len + 64);
		splice(block, &all, scratch, len);
	} else if (dice(3) == 0) {
		change_records(block, &fields);
	} else {
		change_field(block, &fields.list[dice(fields.count)], mutate);
	}
}

static void change_header(struct raw_block *block)
{
	struct dump_block_header *header = &block->header;

	switch (dice(9)) {
	case 0:
		header->thread = (uint32_t)dice_value(header->thread);
		break;
	case 1:
		header->count = (uint32_t)dice_value(header->count);
		break;
	case 2:
		header->first_tick = dice_value(header->first_tick);
		break;
	case 3:
		header->last_tick = dice_value(header->last_tick);
		break;
	case 4:
		header->type = (uint16_t)dice(12);
		break;
	case 5:
		header->sequence = dice_value(header->sequence);
		break;
	case 6:
		header->raw_bytes = (uint32_t)dice_value(block->len);
		block->honest = false;
		break;
	case 7:
		header->flags = (uint32_t)dice_value(header->flags);
		break;
	default:
		header->thread = (uint32_t)dice(8);
	}
}

static struct raw_block copy_of(const struct raw_block *block)
{
	struct raw_block copy = *block;

	copy.payload = malloc(block->len + 1);
	if (!copy.payload)
		abort();
	memcpy(copy.payload, block->payload, block->len);
	return copy;
}

/* A block goes, comes again, or changes place with another. */
static void change_order(struct blocks *blocks)
{
	size_t i = dice(blocks->count), j = dice(blocks->count);
	struct raw_block *list = blocks->list, block = list[i];

	switch (dice(3)) {
	case 0:
		free(block.payload);
		memmove(list + i, list + i + 1,
			(--blocks->count - i) * sizeof(*list));
		break;
	case 1:
		if (blocks->count == BLOCKS_MAX)
			return;
		block = copy_of(&block);
		memmove(list + j + 1, list + j,
			(blocks->count++ - j) * sizeof(*list));
		list[j] = block;
		break;
	default:
		list[i] = list[j];
		list[j] = block;
	}
}

/* So that order and sequence agree, as they do in most dumps. */
static void number(struct blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		blocks->list[i].header.sequence = i;
}

size_t mutate_dump_only(uint8_t *dump, size_t len, size_t room,
			fuzz_mutate_bytes *mutate)
{
	static struct blocks blocks;
	unsigned int changes = 1 + (unsigned int)dice(4);

	blocks_read(&blocks, dump, len);
	while (changes-- && blocks.count) {
		unsigned int what = (unsigned int)dice(12);

		if (what == 0)
			change_order(&blocks);
		else if (what == 1)
			number(&blocks);
		else if (what < 4)
			change_header(&blocks.list[dice(blocks.count)]);
		else
			change_payload(&blocks.list[dice(blocks.count)],
				       mutate);
	}
	len = blocks_write(&blocks, dump, room);
	blocks_release(&blocks);
	return len;
}

void mutate_dump(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate)
{
	if (input->len < 2 || dice(16) == 0) {
		if (input->len == 0)
			input->len = 1;
		input->data[0] = (uint8_t)dice(256);
		return;
	}
	input->len = 1 + mutate_dump_only(input->data + 1, input->len - 1,
					  input->max - 1, mutate);
}

void mutate_diff(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate)
{
	size_t part, rest, room = (input->max - 5) / 2;
	uint8_t *first = input->data + 5, *second;

	if (input->len < 6 || input->max < 64 || dice(32) == 0) {
		input->len = mutate(input->data, input->len, input->max);
		return;
	}
	commands_part(input->data, input->len, &part);
	rest = input->len - 5 - part;
	second = malloc(room + rest);
	if (!second)
		abort();
	memcpy(second, first + part, rest);
	if (dice(16) == 0)
		input->data[0] = (uint8_t)dice(256);
	else if (part <= room && dice(16) == 0)
		memcpy(second, first, rest = part);
	else if (dice(2))
		rest = mutate_dump_only(second, rest, room, mutate);
	else
		part = mutate_dump_only(first, part, room, mutate);
	if (part + rest > input->max - 5)
		rest = input->max - 5 - part;
	memcpy(first + part, second, rest);
	memcpy(input->data + 1, &(uint32_t){ (uint32_t)part }, 4);
	input->len = 5 + part + rest;
	free(second);
}
