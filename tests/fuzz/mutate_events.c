/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/mutate_events.h"

#include <stdlib.h>
#include <string.h>

#include "include/event_encoder.h"
#include "tests/fuzz/dice.h"

static struct event events[EVENT_COLUMNS_MAX];
static uint8_t payload[EVENT_ENCODER_BYTES(EVENT_ENCODER_MAX)];

static uint8_t some_kind(void)
{
	static const uint8_t kinds[] = {
		EVENT_MALLOC,	   EVENT_CALLOC,       EVENT_REALLOC_NULL,
		EVENT_REALLOC_NEW, EVENT_NEW,	       EVENT_FREE,
		EVENT_REALLOC_OLD, EVENT_REALLOC_ZERO, EVENT_DELETE,
		EVENT_IMPLICIT_FREE, EVENT_REALLOC_FAILED,
	};

	return dice(8) ? kinds[dice(sizeof(kinds))] : (uint8_t)dice(32);
}

static void change_event(struct event *e, const struct event *other)
{
	switch (dice(9)) {
	case 0:
		e->kind = some_kind();
		break;
	case 1:
		e->stack = (uint32_t)dice_value(e->stack);
		break;
	case 2:
		e->stack = other->stack;
		break;
	case 3:
		e->size = dice_value(e->size);
		break;
	case 4:
		e->address = dice_value(e->address);
		break;
	case 5:
		e->address = other->address;
		break;
	case 6:
		e->tick = dice_value(e->tick);
		break;
	case 7:
		e->has_detail = !e->has_detail;
		e->duration = dice_value(e->duration);
		e->usable_bytes = dice_value(e->size);
		break;
	default:
		e->interval_shift = (uint8_t)dice(64);
	}
}

/* Some events again, or all from one on a little later, or fewer. */
static unsigned int change_run(unsigned int count)
{
	unsigned int at = (unsigned int)dice(count);
	unsigned int len = 1 + (unsigned int)dice(count - at);
	uint64_t later = dice_value(0);

	switch (dice(3)) {
	case 0:
		if (count + len > EVENT_ENCODER_MAX)
			return count;
		memmove(events + at + len, events + at,
			(count - at) * sizeof(*events));
		return count + len;
	case 1:
		memmove(events + at, events + at + len,
			(count - at - len) * sizeof(*events));
		return count - len;
	default:
		for (unsigned int i = at; i < count; i++)
			events[i].tick += later;
		return count;
	}
}

static size_t encode(unsigned int count)
{
	static struct event_encoder encoder;
	struct event_shape shape = { 0 };
	struct codec_writer w;
	uint64_t bits = 0;

	for (unsigned int i = 0; i < count; i++) {
		bits |= events[i].address;
		shape.intervals |= events[i].interval_shift != 0;
	}
	shape.address_shift = event_address_shift(bits);
	event_encoder_init(&encoder);
	event_encoder_begin(&encoder, &shape);
	event_encoder_put(&encoder, events, count);
	codec_writer_init(&w, payload, sizeof(payload));
	event_encoder_end(&encoder, &w);
	return w.failed ? 0 : codec_written(&w);
}

int mutate_events(struct raw_block *block)
{
	static struct event_columns columns;
	unsigned int count = block->header.count;
	unsigned int changes = 1 + (unsigned int)dice(dice(4) ? 4 : 64);
	size_t len;

	event_columns_init(&columns);
	if (count == 0 || count > EVENT_ENCODER_MAX ||
	    event_columns_decode(&columns, block->payload, block->len, events,
				 count) < 0)
		return -1;
	while (changes--)
		change_event(&events[dice(count)], &events[dice(count)]);
	if (dice(4) == 0)
		count = change_run(count);
	len = encode(count);
	if (len == 0 || len > BLOCK_ROOM)
		return -1;
	free(block->payload);
	block->payload = malloc(len);
	if (!block->payload)
		abort();
	memcpy(block->payload, payload, len);
	block->len = len;
	block->header.count = count;
	if (count && dice(4)) {
		block->header.first_tick = events[0].tick;
		block->header.last_tick = events[count - 1].tick;
	}
	return 0;
}
