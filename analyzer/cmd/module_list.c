/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/module_list.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text, *key;
} states[] = {
	[MODULE_MATCHED] = { "matched", "matched" },
	[MODULE_NO_FILE] = { "no file", "no_file" },
	[MODULE_NO_DEBUG] = { "no debug info", "no_debug_info" },
	[MODULE_DAMAGED] = { "damaged", "damaged" },
	[MODULE_INFLATED] = { "inflated", "inflated" },
	[MODULE_NO_MEMORY] = { "no memory", "no_memory" },
	[MODULE_OTHER_BUILD] = { "other build", "other_build" },
	[MODULE_GONE] = { "gone", "gone" },
};

const char *module_state_text(enum module_state state)
{
	return states[state].text;
}

const char *module_state_key(enum module_state state)
{
	return states[state].key;
}

static int by_file(const void *left, const void *right)
{
	const struct model_module *a =
		((const struct module_line *)left)->module;
	const struct model_module *b =
		((const struct module_line *)right)->module;
	int order = strcmp(a->path, b->path);

	if (order == 0 && a->build_id_bytes != b->build_id_bytes)
		order = a->build_id_bytes < b->build_id_bytes ? -1 : 1;
	if (order == 0 && a->build_id_bytes > 0)
		order = memcmp(a->build_id, b->build_id, a->build_id_bytes);
	return order;
}

static int by_state(const void *left, const void *right)
{
	const struct module_line *a = left, *b = right;

	if (a->state != b->state)
		return a->state > b->state ? -1 : 1;
	return by_file(left, right);
}

static enum module_state find_state(const struct model *model,
				    const struct model_module *module,
				    const struct debug_search *search)
{
	struct module_image image;
	enum module_state state;

	module_image_init(&image, module, search, model->meta.start_realtime_ns);
	module_image_debug(&image);
	state = image.state;
	module_image_release(&image);
	return state;
}

void module_list_init(struct module_list *list, const struct model *model,
		      const struct debug_search *search)
{
	size_t count = 0;

	list->lines = xcalloc(model->module_count + 1, sizeof(*list->lines));
	for (size_t i = 0; i < model->module_count; i++)
		list->lines[i].module = &model->modules[i];
	qsort(list->lines, model->module_count, sizeof(*list->lines), by_file);
	for (size_t i = 0; i < model->module_count; i++)
		if (i == 0 || by_file(&list->lines[i], &list->lines[count - 1]))
			list->lines[count++] = list->lines[i];
	list->count = count;
	for (size_t i = 0; i < count; i++)
		list->lines[i].state =
			find_state(model, list->lines[i].module, search);
	qsort(list->lines, count, sizeof(*list->lines), by_state);
}

void module_list_release(struct module_list *list)
{
	free(list->lines);
	*list = (struct module_list){ 0 };
}
