/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fields.h"

#include <stdbool.h>

#include "include/codec.h"
#include "include/dump_format.h"

/* v: varint, b: bytes, 1: one byte, n: varint that says how often the rest
 * repeats. Before the '|' what stands there once. */
static const char *const shapes[] = {
	[DUMP_META] = "|vb",	    [DUMP_MODULES] = "|vvvvvbbnvvvv",
	[DUMP_STACKS] = "v|vvv",    [DUMP_EVENTS] = "1|b",
	[DUMP_THREADS] = "|1vvvb",  [DUMP_USAGE] = "|vvvvvvvv",
	[DUMP_STATS] = "|vv",	    [DUMP_END] = "vv|vv",
};

struct walk {
	struct fields *fields;
	const uint8_t *payload;
	struct codec_reader reader;
	bool begins;
	uint64_t number; /* the last one read */
};

static bool take(struct walk *w, char shape)
{
	struct field *field = &w->fields->list[w->fields->count];
	size_t len = 0;

	if (w->fields->count == FIELDS_MAX || !codec_left(&w->reader))
		return false;
	field->at = (uint32_t)(w->reader.next - w->payload);
	field->kind = shape == '1' ? FIELD_U8 :
		      shape == 'b' ? FIELD_BYTES :
				     FIELD_VARINT;
	field->begins = w->begins;
	w->begins = false;
	if (shape == '1')
		codec_get_u8(&w->reader);
	else if (shape == 'b')
		codec_get_bytes(&w->reader, &len);
	else
		w->number = codec_get_varint(&w->reader);
	field->len = (uint32_t)(w->reader.next - w->payload) - field->at;
	if (w->reader.failed)
		return false;
	w->fields->count++;
	return true;
}

/* One record: what follows an 'n' as often as that says. */
static bool take_record(struct walk *w, const char *shape)
{
	w->begins = true;
	for (; *shape && *shape != 'n'; shape++)
		if (!take(w, *shape))
			return false;
	if (!*shape)
		return true;
	if (!take(w, 'v'))
		return false;
	for (uint64_t left = w->number; left > 0; left--)
		for (const char *s = shape + 1; *s; s++)
			if (!take(w, *s))
				return false;
	return true;
}

void fields_find(struct fields *fields, unsigned int type,
		 const uint8_t *payload, size_t len)
{
	struct walk w = { .fields = fields, .payload = payload };
	const char *shape;

	fields->count = 0;
	codec_reader_init(&w.reader, payload, len);
	if (type >= sizeof(shapes) / sizeof(*shapes) || !shapes[type])
		return;
	for (shape = shapes[type]; *shape != '|'; shape++)
		if (!take(&w, *shape))
			return;
	while (take_record(&w, shape + 1))
		;
}
