/* SPDX-License-Identifier: MIT */
/* A list and a string builder: what several pairs build in two ways. */
#include "../../sample.h"

#ifndef ITEMS
#define ITEMS 2000
#endif

struct item {
	struct item *next;
	char text[24];
};

struct builder {
	char *text;
	size_t length, room;
};

static struct item *list;

static void push(int value)
{
	struct item *item = malloc(sizeof(*item));

	memset(item->text, value, sizeof(item->text));
	item->next = list;
	list = keep(item);
}

static void append(struct builder *builder, char c)
{
	if (builder->length == builder->room) {
		builder->room = builder->room ? 2 * builder->room : 16;
		builder->text = keep(realloc(builder->text, builder->room));
	}
	builder->text[builder->length++] = c;
}

static void sentence(void)
{
	struct builder builder = { 0 };

	for (int i = 0; i < 200; i++)
		append(&builder, (char)i);
	free(keep(builder.text));
}

int main(void)
{
	for (int i = 0; i < ITEMS; i++)
		push(i);
	for (int i = 0; i < 500; i++)
		sentence();
	while (list) {
		struct item *item = list;

		list = item->next;
		free(item);
	}
	return 0;
}
