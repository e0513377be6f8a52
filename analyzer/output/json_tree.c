/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_tree.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/call_tree.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"

struct writer {
	const struct output_run *run;
	const struct call_tree *tree;
	size_t *parents; /* by level: the last node there */
};

static const char *figure_key(enum profile_figure figure)
{
	switch (figure) {
	case FIGURE_BYTES_ALLOCATED:
		return "bytes_allocated";
	case FIGURE_AT_PEAK_BYTES:
		return "at_peak_bytes";
	case FIGURE_AT_PEAK_BLOCKS:
		return "at_peak_blocks";
	case FIGURE_LEAKED_BYTES:
		return "leaked_bytes";
	case FIGURE_LEAKED_BLOCKS:
		return "leaked_blocks";
	case FIGURE_TEMPORARY:
		return "temporary";
	default:
		return "allocations";
	}
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new_nocheck(object, key, value))
		memory_exhausted();
}

static void set_text(json_t *object, const char *key, const char *text)
{
	char *clean = text ? text_utf8(text, strlen(text)) : NULL;

	set(object, key, clean ? json_string(clean) : json_null());
	free(clean);
}

static void set_number(json_t *object, const char *key, double value)
{
	if (!isfinite(value))
		set(object, key, json_null());
	else
		set(object, key,
		    json_integer(value < 9e18 ? (json_int_t)llround(value)
					      : INT64_MAX));
}

static void set_figure(json_t *object, enum profile_figure figure,
		       const struct estimate *e)
{
	char name[48];

	set_number(object, figure_key(figure), e->value);
	if (e->exact)
		return;
	snprintf(name, sizeof(name), "%s_low", figure_key(figure));
	set_number(object, name, floor(e->low));
	snprintf(name, sizeof(name), "%s_high", figure_key(figure));
	set_number(object, name, ceil(e->high));
}

static void print_node(const struct writer *w, size_t index)
{
	const struct call_tree_node *node = &w->tree->nodes[index];
	json_t *object = json_object();

	if (!object)
		memory_exhausted();
	set(object, "parent",
	    node->level > 0
		    ? json_integer((json_int_t)w->parents[node->level - 1])
		    : json_null());
	set_text(object, "function", node->function);
	set_text(object, "module", node->module);
	set_figure(object, w->tree->figure, &node->value);
	set_figure(object, w->tree->other, &node->other);
	set(object, "recursive", json_boolean(node->recursive));
	set_number(object, "children_left_out", (double)node->cut);
	fputs(index > 0 ? ",\n" : "\n", w->run->file);
	json_dumpf(object, w->run->file, JSON_COMPACT);
	json_decref(object);
	w->parents[node->level] = index;
}

void json_tree_print(const struct output_run *run, const struct report *report)
{
	struct writer w = { .run = run };
	struct call_tree tree;
	size_t levels = 0;

	call_tree_init(&tree, report);
	for (size_t i = 0; i < tree.count; i++)
		if (tree.nodes[i].level >= levels)
			levels = tree.nodes[i].level + 1;
	w.tree = &tree;
	w.parents = xcalloc(levels + 1, sizeof(*w.parents));
	fprintf(run->file, "\"tree_direction\": \"%s\",\n\"tree\": [",
		report->options.tree == REPORT_TREE_DOWN ? "down" : "up");
	for (size_t i = 0; i < tree.count; i++)
		print_node(&w, i);
	fputs("\n],\n", run->file);
	free(w.parents);
	call_tree_release(&tree);
}
