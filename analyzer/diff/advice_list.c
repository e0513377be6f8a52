/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/advice_list.h"
#include "analyzer/memory.h"
#include "analyzer/report.h"

#include <stdlib.h>
#include <string.h>

static uint32_t line_number(int line)
{
	return line > 0 ? (uint32_t)line : 0;
}

static uint32_t frame_of(const struct advice *advice, const struct finding *f,
			 struct frame_pool *pool)
{
	const struct symbol *symbol = fold_symbol(&advice->fold, &f->place);
	const char *directory = advice->recording->model.meta.directory;
	const struct symbol_call *call;
	struct pool_frame frame = { 0 };

	if (!symbol || f->place.call >= symbol->call_count)
		return frame_pool_frame(pool, &frame);
	call = &symbol->calls[f->place.call];
	frame.function = frame_pool_text(pool, call->function);
	if (call->file) {
		frame.file = frame_pool_text(
			pool, report_file_in(directory, call->file));
		frame.line = line_number(call->line);
		frame.start_line = line_number(call->start_line);
	}
	if (symbol->module) {
		frame.module = frame_pool_text(pool, symbol->module->path);
		frame.offset = symbol->address - symbol->module->base;
	}
	return frame_pool_frame(pool, &frame);
}

void advice_list_init(struct advice_list *list, const struct advice *advice,
		      struct frame_pool *pool)
{
	*list = (struct advice_list){ .sampled = advice->sampled };
	list->items = xcalloc(advice->finding_count, sizeof(*list->items));
	for (size_t i = 0; i < advice->finding_count; i++) {
		const struct finding *f = &advice->findings[i];
		struct advice_item *item = &list->items[list->count++];

		*item = (struct advice_item){
			.detector = f->detector,
			.frame = frame_of(advice, f, pool),
			.worth = f->worth,
			.tags = f->tags,
			.saved_calls = f->saved_calls_about,
			.saved_bytes = f->saved_bytes_about,
		};
		memcpy(item->id, f->id, sizeof(item->id));
		if (advice->expense.cpu_ns > 0)
			item->saved = f->saved;
	}
}

void advice_list_release(struct advice_list *list)
{
	free(list->items);
	*list = (struct advice_list){ 0 };
}
