/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_tree.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/call_tree.h"
#include "analyzer/memory.h"
#include "analyzer/output/json_members.h"
#include "analyzer/output/json_value.h"

struct writer {
	FILE *file;
	struct call_tree tree;
	size_t *parents; /* by level: the last node there */
	size_t parents_capacity;
	char **names; /* of nodes, by number: made once */
	size_t name_count, names_capacity;
	char *whole;
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

/* "function":...,"module":... */
static char *make_name(const struct call_tree_node *node)
{
	json_t *object = json_object();

	json_value_set(object, "function", json_value_text(node->function));
	json_value_set(object, "module", json_value_text(node->module));
	return json_value_members(object);
}

static const char *name_of(struct writer *w, const struct call_tree_node *node)
{
	char **name = &w->whole;

	for (; node->function && w->name_count <= node->name; w->name_count++) {
		GROW(w->names, w->names_capacity, w->name_count);
		w->names[w->name_count] = NULL;
	}
	if (node->function)
		name = &w->names[node->name];
	if (!*name)
		*name = make_name(node);
	return *name;
}

static void put_node(struct writer *w, const struct call_tree_node *node,
		     size_t index)
{
	struct json_members members = { w->file, false };

	fputs(index > 0 ? ",\n{" : "\n{", w->file);
	json_members_whole(&members, "parent", node->level > 0 ?
			   (double)w->parents[node->level - 1] : NAN);
	fprintf(w->file, ",%s", name_of(w, node));
	json_members_estimate(&members, figure_key(w->tree.figure),
			      &node->value);
	json_members_estimate(&members, figure_key(w->tree.other),
			      &node->other);
	json_members_key(&members, "recursive");
	fputs(node->recursive ? "true" : "false", w->file);
	json_members_whole(&members, "children_left_out", (double)node->cut);
	fputc('}', w->file);
	GROW(w->parents, w->parents_capacity, node->level);
	w->parents[node->level] = index;
}

static void release(struct writer *w)
{
	for (size_t i = 0; i < w->name_count; i++)
		free(w->names[i]);
	free(w->names);
	free(w->whole);
	free(w->parents);
	call_tree_release(&w->tree);
}

void json_tree_print(const struct output_run *run, const struct report *report)
{
	struct writer w = { .file = run->file };
	struct call_tree_node node;

	call_tree_init(&w.tree, report);
	fprintf(run->file, "\"tree_direction\": \"%s\",\n\"tree\": [",
		report->options.tree == REPORT_TREE_DOWN ? "down" : "up");
	for (size_t i = 0; call_tree_next(&w.tree, &node); i++)
		put_node(&w, &node, i);
	fputs("\n],\n", run->file);
	release(&w);
}
