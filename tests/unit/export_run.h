/* SPDX-License-Identifier: MIT */
/* From a built dump to what an output writes of it. */
#ifndef TESTS_UNIT_EXPORT_RUN_H
#define TESTS_UNIT_EXPORT_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#include "analyzer/output/output.h"
#include "tests/unit/dump_builder.h"

/*
 * An exact or sampled (T = 1000) dump with a module 1 of this path, based at
 * 0x1000, and the stacks: 2, in the module; 3, called by 2, in none; 4, cut
 * off above an equal of 2; 5, unknown.
 */
__attribute__((unused)) static void export_begin(struct dump_builder *b,
						 enum dump_mode mode,
						 const char *module)
{
	const struct stack_node nodes[] = {
		{ .address = 0x1100, .parent = STACK_ROOT, .module = 1 },
		{ .address = 0x7700, .parent = 2 },
		{ .address = 0x1100, .parent = STACK_TRUNCATED, .module = 1 },
	};

	dump_builder_init(b);
	dump_builder_meta(b, mode, 1000);
	dump_builder_module(b, 1, module);
	dump_builder_stacks(b, 2, nodes, sizeof(nodes) / sizeof(*nodes));
}

/* What the output writes of the dump with these events; free it. */
__attribute__((unused)) static char *
export_text(struct dump_builder *b, const struct output *output,
	    enum profile_figure metric)
{
	struct report_options options = { .ages = output->needs_ages };
	struct output_run run = { .limit = SIZE_MAX, .reports = 1,
				  .metric = metric };
	struct recording *recording;
	struct report *report;
	char *text = NULL;
	size_t len = 0;

	dump_builder_end(b, END_EXIT);
	recording = dump_builder_open(b);
	report = report_new(recording, "test.hwd", &options);
	run.file = open_memstream(&text, &len);
	assert_non_null(run.file);
	output->begin(&run);
	output->report(&run, report);
	output->end(&run);
	assert_int_equal(fclose(run.file), 0);
	report_free(report);
	recording_free(recording);
	dump_builder_release(b);
	return text;
}

/* The same, read by a parser, which refuses a key that comes twice. */
__attribute__((unused)) static json_t *export_json(struct dump_builder *b,
						   const struct output *output)
{
	char *text = export_text(b, output, FIGURE_BYTES_ALLOCATED);
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(json);
	free(text);
	return json;
}

/*
 * A few blocks, 6 events: of stack 2 100 bytes, of 3 7 bytes that are freed, of
 * 4 5 and 3 bytes, of 99 2.
 */
__attribute__((unused)) static void export_events(struct dump_builder *b)
{
	const struct event e[] = {
		event_alloc(1, 0xa000, 100, 2), event_alloc(2, 0xb000, 7, 3),
		event_free(3, 0xb000),		event_alloc(4, 0xc000, 5, 4),
		event_alloc(5, 0xd000, 3, 4),	event_alloc(6, 0xe000, 2, 99),
	};

	dump_builder_events(b, 1, e, sizeof(e) / sizeof(*e));
}

#endif
