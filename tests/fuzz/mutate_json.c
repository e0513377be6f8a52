/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/mutate_json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/commands.h"
#include "tests/fuzz/dice.h"

#define HEAD 5
#define DEPTH 12
#define FLAGS (JSON_COMPACT | JSON_ENCODE_ANY)

/* Where a value is: its parent, and its key or index. */
struct place {
	json_t *parent;
	const char *key;
	size_t index;
};

static json_t *value_at(const struct place *place)
{
	return place->key ? json_object_get(place->parent, place->key) :
			    json_array_get(place->parent, place->index);
}

static bool step(struct place *place, json_t *into)
{
	if (json_object_size(into)) {
		size_t skip = dice(json_object_size(into));
		void *member = json_object_iter(into);

		while (skip--)
			member = json_object_iter_next(into, member);
		*place = (struct place){ into, json_object_iter_key(member), 0 };
		return true;
	}
	if (json_array_size(into)) {
		*place = (struct place){ into, NULL,
					 dice(json_array_size(into)) };
		return true;
	}
	return false;
}

/* Some value, the deeper the likelier. */
static bool choose(struct place *place, json_t *root)
{
	bool found = step(place, root);

	for (int i = 0; found && i < DEPTH && dice(8); i++)
		if (!step(place, value_at(place)))
			break;
	return found;
}

static json_t *new_text(const char *old)
{
	static const char *const texts[] = {
		"", "site", "function", "exact", "sampled", "0x1f", "main",
		"operator new(unsigned long)", "a::b<c>::d()", "000000000000",
		"\x1b[31m", "/usr/lib/x.so",
	};
	size_t len = strlen(old);

	if (dice(2) || len == 0)
		return json_string(
			texts[dice(sizeof(texts) / sizeof(*texts))]);
	return json_stringn_nocheck(old, dice(len)); /* cut */
}

static json_t *other_value(const json_t *old)
{
	switch (dice(8)) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(dice(2));
	case 2:
		return json_object();
	case 3:
		return json_array();
	case 4:
		return json_real((double)dice_value(0) * (dice(2) ? 1e-3 : -1));
	default:
		if (json_is_string(old))
			return new_text(json_string_value(old));
		return json_integer((json_int_t)dice_value(
			(uint64_t)json_integer_value(old)));
	}
}

static void put(const struct place *place, json_t *value)
{
	if (place->key)
		json_object_set_new_nocheck(place->parent, place->key, value);
	else
		json_array_set_new(place->parent, place->index, value);
}

static void change(json_t *root)
{
	struct place place, other;

	if (!choose(&place, root))
		return;
	switch (dice(6)) {
	case 0:
		if (place.key)
			json_object_del(place.parent, place.key);
		else
			json_array_remove(place.parent, place.index);
		break;
	case 1:
		if (choose(&other, root))
			put(&place, json_deep_copy(value_at(&other)));
		break;
	case 2:
		if (!place.key)
			json_array_insert_new(place.parent, place.index,
					      json_deep_copy(value_at(&place)));
		break;
	default:
		put(&place, other_value(value_at(&place)));
	}
}

/* Returns the new length, at most room; what grew too long stays as it was. */
static size_t mutate_part(uint8_t *part, size_t len, size_t room)
{
	json_t *root = json_loadb((const char *)part, len,
				  JSON_DISABLE_EOF_CHECK, NULL);
	int changes = 1 + (int)dice(3);
	size_t bytes;

	if (!root)
		return len;
	while (changes--)
		change(root);
	bytes = json_dumpb(root, NULL, 0, FLAGS);
	if (bytes > 0 && bytes <= room) {
		json_dumpb(root, (char *)part, bytes, FLAGS);
		len = bytes;
	}
	json_decref(root);
	return len;
}

void mutate_json(struct fuzz_bytes *input, fuzz_mutate_bytes *mutate)
{
	size_t part, rest, room, new;
	uint8_t *first = input->data + HEAD;

	if (input->len < HEAD + 2 || dice(6) == 0) {
		input->len = mutate(input->data, input->len, input->max);
		return;
	}
	commands_part(input->data, input->len, &part);
	rest = input->len - HEAD - part;
	room = input->max - input->len;
	if (dice(8) == 0)
		input->data[0] = (uint8_t)dice(256);
	if (dice(2) && part > 0) {
		/* at the end, where it may grow */
		uint8_t *copy = malloc(rest + 1);

		if (!copy)
			return;
		memcpy(copy, first + part, rest);
		new = mutate_part(first, part, part + room);
		memcpy(first + new, copy, rest);
		free(copy);
		part = new;
	} else {
		rest = mutate_part(first + part, rest, rest + room);
	}
	memcpy(input->data + 1, &(uint32_t){ (uint32_t)part }, 4);
	input->len = HEAD + part + rest;
}
