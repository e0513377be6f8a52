/* SPDX-License-Identifier: MIT */
/* All that is known of one site or finding, for people. */
#include "analyzer/output/advice.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/skeletons.h"
#include "analyzer/memory.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define DETECTOR_COLUMNS 15
#define STACK_SHOWN 12
#define WRAPPERS_SHOWN 4

static bool is_of(const struct finding *f, const char *id)
{
	return strcmp(f->id, id) == 0;
}

static void print_heading(const struct output_run *run, const char *text)
{
	screen_put(run, INK_STRONG, text);
	fputs("\n", run->file);
}

/* "Stack (through xmalloc, operator new)" */
static void print_stack_heading(const struct output_run *run,
				const struct frame_list *list, size_t skipped)
{
	char *names = xasprintf("%s", ""), *line, *cut;
	const char *last = "";
	size_t shown = 0;

	for (size_t i = skipped; i-- > 0 && shown < WRAPPERS_SHOWN;) {
		const char *name = frame_name(&list->frames[i]);
		char *safe, *more;

		if (strcmp(name, last) == 0)
			continue;
		last = name;
		safe = text_line(name);
		cut = short_function(safe, 30);
		more = xasprintf("%s%s%s", names, shown++ ? ", " : "", cut);
		free(cut);
		free(safe);
		free(names);
		names = more;
	}
	line = shown > 0 ? xasprintf("Stack (through %s)", names) :
			   xasprintf("Stack");
	cut = short_text(line, (size_t)run->columns);
	print_heading(run, cut);
	free(cut);
	free(line);
	free(names);
}

/* The most frequent stack, from who allocates on. */
static void print_stack(const struct output_run *run,
			const struct advice *advice, const struct finding *at)
{
	struct frame_list list = { 0 }, all = { 0 };
	size_t skipped = advice_frames(&list, advice, at), shown = 0, i = 0;

	frame_list_read(&all, advice->symbols, &advice->recording->model.stacks,
			at->stack);
	print_stack_heading(run, &all, skipped);
	for (; i < list.count && shown < STACK_SHOWN; i++) {
		if (i > 0 && frame_is_runtime_start(
				     list.frames[i].call->function))
			continue;
		advice_frame_print(run, advice, &list.frames[i]);
		shown++;
	}
	if (i < list.count) {
		char *line = xasprintf("    ... %zu more", list.count - i);

		screen_put(run, INK_FAINT, line);
		fputs("\n", run->file);
		free(line);
	}
	fputs("\n", run->file);
	frame_list_release(&list);
	frame_list_release(&all);
}

static void print_skeleton(const struct output_run *run,
			   const struct advice *advice, const struct finding *f)
{
	const struct symbol *symbol = fold_symbol(&advice->fold, &f->place);
	enum skeleton_language language = symbol ?
		skeleton_language_of(&symbol->calls[f->place.call]) :
		SKELETON_C;
	char *text = skeleton_text(skeleton_name_of(f->detector->id,
						    &f->remedy),
				   language, &f->remedy);
	char *heading;

	if (!text)
		return;
	heading = xasprintf("To begin with, in %s",
			    skeleton_language_name(language));
	print_heading(run, heading);
	fprintf(run->file, "%s\n", text); /* at the margin: to be copied */
	free(heading);
	free(text);
}

static void print_findings(const struct output_run *run,
			   const struct advice_subject *subject)
{
	const struct advice *advice = subject->advice;

	for (size_t i = 0; i < advice->finding_count; i++) {
		if (!is_of(&advice->findings[i], subject->id))
			continue;
		advice_finding_print(run, advice, &advice->findings[i], 0);
		if (advice->findings[i].texts[FINDING_VERIFY])
			advice_line_print(run, ADVICE_LABEL, "verify",
				advice->findings[i].texts[FINDING_VERIFY]);
		fputs("\n", run->file);
	}
}

static void print_rejected(const struct output_run *run,
			   const struct advice_subject *subject)
{
	const struct detector *detector;

	print_heading(run, "Every remedy, and what speaks against it");
	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++) {
		char *text = advice_verdict_text(subject->advice,
						 subject->signals, detector);

		advice_line_print(run, DETECTOR_COLUMNS, detector->id, text);
		free(text);
	}
	fputs("\n", run->file);
}

static const struct finding *first_finding(const struct advice_subject *subject)
{
	const struct advice *advice = subject->advice;

	for (size_t i = 0; i < advice->finding_count; i++)
		if (is_of(&advice->findings[i], subject->id))
			return &advice->findings[i];
	return NULL;
}

/* An arena's site is but one of those under its function. */
static void print_site(const struct output_run *run,
		       const struct advice_subject *subject)
{
	const struct advice_site *site = subject->signals->site;
	char *heading = strcmp(site->id, subject->id) == 0 ?
		xasprintf("What was seen at this site") :
		xasprintf("What was seen at the site with the most of these "
			  "calls, %s", site->id);

	print_heading(run, heading);
	advice_evidence_print(run, subject->advice, subject->signals);
	fputs("\n", run->file);
	print_rejected(run, subject);
	free(heading);
}

void advice_explain_print(const struct output_run *run,
			  const struct advice_subject *subject)
{
	const struct advice *advice = subject->advice;
	const struct finding *first = first_finding(subject);
	struct finding place = { 0 };

	print_findings(run, subject);
	if (!first && subject->signals) {
		place.stack = subject->signals->site->stack;
		place.place = subject->signals->site->place;
		first = &place;
		screen_put_folded(run, INK_STRONG, "Nothing is advised here.",
				  0);
		fputs("\n", run->file);
	}
	if (first)
		print_stack(run, advice, first);
	if (subject->signals)
		print_site(run, subject);
	for (size_t i = 0; i < advice->finding_count; i++)
		if (is_of(&advice->findings[i], subject->id))
			print_skeleton(run, advice, &advice->findings[i]);
}
