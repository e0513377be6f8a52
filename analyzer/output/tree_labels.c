/* SPDX-License-Identifier: MIT */
#include "analyzer/output/tree_labels.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

char *tree_label_full(const struct call_tree_node *node)
{
	char *clean, *label;

	if (!node->function)
		return xasprintf("everything");
	clean = text_line(node->function);
	if (!node->recursive)
		return clean;
	label = xasprintf("%s " SHORT_NAME_RECURSIVE, clean);
	free(clean);
	return label;
}

/* Where the node's label is kept. */
static struct tree_label *slot(struct tree_labels *labels,
			       const struct call_tree_node *node)
{
	size_t count = labels->count;

	if (!node->function)
		return &labels->whole;
	if (node->name < count)
		return &labels->of_names[node->name];
	while (count <= node->name)
		count = count * 2 + 64;
	labels->of_names = xreallocarray(labels->of_names, count,
					 sizeof(*labels->of_names));
	memset(labels->of_names + labels->count, 0,
	       (count - labels->count) * sizeof(*labels->of_names));
	labels->count = count;
	return &labels->of_names[node->name];
}

const struct tree_label *tree_label_get(struct tree_labels *labels,
					const struct call_tree_node *node,
					size_t columns)
{
	struct tree_label *label = slot(labels, node);
	char *full;

	if (label->text && label->limit == columns &&
	    label->recursive == node->recursive)
		return label;
	full = tree_label_full(node);
	free(label->text);
	label->text = short_function(full, columns);
	label->limit = columns;
	label->columns = text_columns(label->text);
	label->recursive = node->recursive;
	free(full);
	return label;
}

void tree_labels_release(struct tree_labels *labels)
{
	for (size_t i = 0; i < labels->count; i++)
		free(labels->of_names[i].text);
	free(labels->of_names);
	free(labels->whole.text);
	*labels = (struct tree_labels){ 0 };
}
