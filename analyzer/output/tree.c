/* SPDX-License-Identifier: MIT */
/*
 * report --tree for people: a line a function, its figures on the left. Only
 * where calls divide does the drawing go one step to the right: a function with
 * one caller (or callee) to show has it on the next line, straight below. Where
 * its figures are the same they are not repeated.
 */
#include "analyzer/output/output.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/call_tree.h"
#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/output/summary.h"
#include "analyzer/output/tree_labels.h"
#include "analyzer/text.h"

#define SHARE_COLUMNS 7
#define FIGURE_COLUMNS 8
#define LEFT_COLUMNS (SHARE_COLUMNS + 2 * FIGURE_COLUMNS + 2)
#define DRAWN_COLUMNS 32 /* of the drawing at most; its left end is cut off */

struct drawing {
	const struct output_run *run;
	const struct report *report;
	struct call_tree *tree;
	struct tree_labels labels;
	struct call_tree_node before; /* on the line above */
	bool straight; /* this one stands straight below that */
};

/* What stands left of a name, and of the lines below it. */
struct stem {
	const char *joint, *rest;
};

static const struct stem between = { "\u251c\u2500 ", "\u2502  " };
static const struct stem last = { "\u2514\u2500 ", "   " };

static bool is_bytes(enum profile_figure figure)
{
	return figure == FIGURE_BYTES_ALLOCATED ||
	       figure == FIGURE_LEAKED_BYTES || figure == FIGURE_AT_PEAK_BYTES;
}

static void put_figure(const struct output_run *run, enum ink ink,
		       enum profile_figure figure, double value)
{
	char cell[CELL_BYTES];

	if (is_bytes(figure))
		cell_bytes(cell, value);
	else
		cell_count(cell, value);
	screen_put_right(run, ink, cell, FIGURE_COLUMNS);
}

static void put_share(const struct drawing *d, double value)
{
	double all = d->tree->whole.value;
	char cell[CELL_BYTES];

	cell_percent(cell, all > 0 ? value / all : 0);
	screen_put_right(d->run, INK_PLAIN, cell, SHARE_COLUMNS);
}

static void put_interval(const struct drawing *d, const struct estimate *e)
{
	char cell[CELL_BYTES];

	cell_interval(cell, e,
		      is_bytes(d->tree->figure) ? cell_bytes : cell_count);
	screen_put_right(d->run, INK_FAINT, cell, FIGURE_COLUMNS);
}

/* Of a sample the interval stands in place of the second figure. */
static void put_figures(const struct drawing *d,
			const struct call_tree_node *node)
{
	if (d->straight && d->before.value.value == node->value.value &&
	    d->before.other.value == node->other.value) {
		screen_spaces(d->run, LEFT_COLUMNS);
		return;
	}
	put_share(d, node->value.value);
	put_figure(d->run, INK_STRONG, d->tree->figure, node->value.value);
	if (d->report->profile->sampled)
		put_interval(d, &node->value);
	else
		put_figure(d->run, INK_PLAIN, d->tree->other,
			   node->other.value);
	screen_spaces(d->run, 2);
}

/* Returns how many columns it took. */
static size_t put_drawing(const struct drawing *d, const char *prefix,
			  const char *joint)
{
	char *all = xasprintf("%s%s", prefix, joint);
	char *cut = short_end(all, DRAWN_COLUMNS);
	size_t columns = text_columns(cut);

	screen_put(d->run, INK_FAINT, cut);
	free(all);
	free(cut);
	return columns;
}

/* The module, where it is another than on the line above and there is room. */
static void put_module(const struct drawing *d,
		       const struct call_tree_node *node, size_t columns)
{
	const char *before = d->before.module;
	char *clean;

	if (!node->module || (before && strcmp(before, node->module) == 0))
		return;
	clean = text_line(symbol_basename(node->module));
	if (text_columns(clean) + 4 <= columns) {
		screen_put(d->run, INK_FAINT, "  [");
		screen_put(d->run, INK_FAINT, clean);
		screen_put(d->run, INK_FAINT, "]");
	}
	free(clean);
}

/* A name in full: folded, the drawing goes on beside it. */
static void put_rest(const struct drawing *d, const char *name,
		     const char *prefix, const char *rest)
{
	while (*name) {
		size_t columns, bytes;
		char *line;

		screen_spaces(d->run, LEFT_COLUMNS);
		columns = put_drawing(d, prefix, rest) + LEFT_COLUMNS + 2;
		bytes = screen_line_bytes(name,
					  (size_t)d->run->columns - columns);
		line = xstrndup(name, bytes);
		screen_spaces(d->run, 2);
		screen_put(d->run, INK_PLAIN, line);
		fputs("\n", d->run->file);
		free(line);
		name += bytes;
	}
}

/* What of the name fits on its line; the rest of a full one goes below. */
static void put_name(struct drawing *d, const struct call_tree_node *node,
		     size_t columns)
{
	const struct tree_label *label =
		tree_label_get(&d->labels, node, columns);

	screen_put(d->run, INK_PLAIN, label->text);
	put_module(d, node, columns - label->columns);
	fputs("\n", d->run->file);
}

static void put_full_name(struct drawing *d, const struct call_tree_node *node,
			  const char *prefix, const char *rest, size_t columns)
{
	char *label = tree_label_full(node);
	size_t bytes = screen_line_bytes(label, columns);
	char *line = xstrndup(label, bytes);

	screen_put(d->run, INK_PLAIN, line);
	if (!label[bytes])
		put_module(d, node, columns - text_columns(line));
	fputs("\n", d->run->file);
	put_rest(d, label + bytes, prefix, rest);
	free(line);
	free(label);
}

static void put_node(struct drawing *d, const struct call_tree_node *node,
		     const char *prefix, const struct stem *stem)
{
	size_t columns;

	put_figures(d, node);
	columns = (size_t)d->run->columns - LEFT_COLUMNS -
		  put_drawing(d, prefix, stem->joint);
	if (d->report->options.full_names)
		put_full_name(d, node, prefix, stem->rest, columns);
	else
		put_name(d, node, columns);
	d->before = *node;
}

/* Is what was cut off worth a line? */
static bool shows_cut(const struct drawing *d,
		      const struct call_tree_node *node)
{
	double all = d->tree->whole.value;

	return node->cut > 0 && node->cut_value.value > 0 &&
	       node->cut_value.value >= all * d->report->options.min_share;
}

static void put_cut(const struct drawing *d, const struct call_tree_node *node,
		    const char *prefix)
{
	char *label = xasprintf("\u2026 %zu other%s", node->cut,
				node->cut == 1 ? "" : "s");

	put_share(d, node->cut_value.value);
	put_figure(d->run, INK_STRONG, d->tree->figure, node->cut_value.value);
	if (d->report->profile->sampled)
		put_interval(d, &node->cut_value);
	else
		screen_spaces(d->run, FIGURE_COLUMNS);
	screen_spaces(d->run, 2);
	put_drawing(d, prefix, last.joint);
	screen_put(d->run, INK_FAINT, label);
	fputs("\n", d->run->file);
	free(label);
}

static void put_subtree(struct drawing *d, const char *prefix,
			const struct stem *stem);

static void put_children(struct drawing *d, const char *prefix,
			 const struct call_tree_node *node)
{
	bool more = shows_cut(d, node);

	for (size_t i = 0; i < node->children; i++) {
		bool is_last = i + 1 == node->children && !more;

		d->straight = false;
		put_subtree(d, prefix, is_last ? &last : &between);
	}
	if (more)
		put_cut(d, node, prefix);
}

/* The tree's next node, and all below it. */
static void put_subtree(struct drawing *d, const char *prefix,
			const struct stem *stem)
{
	char *all = xasprintf("%s%s", prefix, stem->rest);
	char *inner = short_end(all, DRAWN_COLUMNS); /* no more is shown */
	const struct stem below = { "", "" };
	struct call_tree_node node = { 0 };

	while (call_tree_next(d->tree, &node)) {
		put_node(d, &node, prefix, stem);
		if (node.children != 1 || shows_cut(d, &node))
			break;
		d->straight = true;
		prefix = inner;
		stem = &below;
	}
	put_children(d, inner, &node);
	free(inner);
	free(all);
}

static const char *figure_title(enum profile_figure figure, bool at)
{
	switch (figure) {
	case FIGURE_BYTES_ALLOCATED:
		return "bytes";
	case FIGURE_AT_PEAK_BYTES:
		return "at peak";
	case FIGURE_AT_PEAK_BLOCKS:
		return "blocks";
	case FIGURE_LEAKED_BYTES:
		return at ? "bytes" : "leaked";
	case FIGURE_LEAKED_BLOCKS:
		return "blocks";
	case FIGURE_TEMPORARY:
		return "temp";
	default:
		return "calls";
	}
}

static void put_titles(const struct drawing *d)
{
	bool up = d->report->options.tree == REPORT_TREE_UP;
	bool at = d->report->options.at != REPORT_AT_END;
	const char *title = figure_title(d->tree->figure, at);
	char *line = xasprintf("%s, by %s\n\n",
			       up ? "What allocates, and its callers"
				  : "Calls from the start of each thread on",
			       at && strcmp(title, "blocks") ? "live bytes"
			       : at			     ? "live blocks"
							     : title);

	screen_put(d->run, INK_STRONG, line);
	free(line);
	screen_put_right(d->run, INK_FAINT, "share", SHARE_COLUMNS);
	screen_put_right(d->run, INK_FAINT, title, FIGURE_COLUMNS);
	if (!d->report->profile->sampled)
		screen_put_right(d->run, INK_FAINT,
				 figure_title(d->tree->other, at),
				 FIGURE_COLUMNS);
	fputs("\n", d->run->file);
}

static void put_notes(const struct drawing *d)
{
	double share = d->report->options.min_share;
	char *line;

	fputs("\n", d->run->file);
	if (d->report->profile->sampled)
		screen_put(d->run, INK_FAINT,
			   "Figures are estimates: \u00b1 is the 95% interval; "
			   "? if few samples decide it.\n");
	if (share > 0) {
		line = xasprintf("Branches below %g%% of all are left out; "
				 "--min-share=0 shows them.\n",
				 share * 100);
		screen_put(d->run, INK_FAINT, line);
		free(line);
	}
	if (d->tree->deep)
		screen_put(d->run, INK_FAINT,
			   "Stacks that are too deep, or too many, are not "
			   "drawn to their end.\n");
}

static void tree_begin(struct output_run *run)
{
	(void)run;
}

static void tree_report(struct output_run *run, const struct report *report)
{
	struct call_tree tree;
	struct drawing d = { .run = run, .report = report, .tree = &tree };
	const struct stem whole = { "", "" };

	if (run->written++ > 0)
		fputs("\n", run->file);
	summary_print(run, report);
	if (report->row_count == 0) {
		summary_print_nothing(run, report);
		return;
	}
	call_tree_init(&tree, report);
	put_titles(&d);
	put_subtree(&d, "", &whole);
	put_notes(&d);
	tree_labels_release(&d.labels);
	call_tree_release(&tree);
}

static void tree_end(struct output_run *run)
{
	(void)run;
}

const struct output output_tree = {
	.name = "tree",
	.default_limit = SIZE_MAX,
	.begin = tree_begin,
	.report = tree_report,
	.end = tree_end,
};
