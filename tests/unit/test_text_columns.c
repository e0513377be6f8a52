/* SPDX-License-Identifier: MIT */
/* What report prints is as wide as the terminal at most, whatever the figures:
 * few samples have wide intervals. */
#include "tests/unit/export_run.h"
#include "tests/unit/rounds.h"

#include <string.h>

#include "analyzer/output/short_name.h"

#define COLUMNS 80

/* Samples of blocks of all sizes, some kept, over a run of any length. */
static void random_events(struct dump_builder *b, uint64_t *seed)
{
	struct event events[64];
	uint64_t tick = 1, pace = 1ull << builder_random(seed) % 36;
	unsigned int count = 1 + (unsigned int)(builder_random(seed) % 31);
	unsigned int bits = 1 + (unsigned int)(builder_random(seed) % 44);
	unsigned int made = 0;

	for (unsigned int i = 0; i < count; i++) {
		uint64_t address = 0x10000 + 0x1000ull * i;

		tick += 1 + builder_random(seed) % pace;
		events[made++] = event_alloc(
			tick, address, builder_random(seed) % (2ull << bits),
			2 + (uint32_t)(builder_random(seed) % 3));
		tick += 1 + builder_random(seed) % pace;
		if (builder_random(seed) % 3)
			events[made++] = event_free(tick, address);
	}
	dump_builder_events(b, 1, events, made);
}

static char *report_text(struct dump_builder *b, bool ascii,
			 const struct report_options *options)
{
	struct output_run run = { .limit = SIZE_MAX, .reports = 1,
				  .columns = COLUMNS, .ascii = ascii };
	struct recording *recording = dump_builder_open(b);
	struct report *report = report_new(recording, "test.hwd", options);
	char *text = NULL;
	size_t len = 0;

	run.file = open_memstream(&text, &len);
	output_table.begin(&run);
	output_table.report(&run, report);
	output_table.end(&run);
	fclose(run.file);
	report_free(report);
	recording_free(recording);
	return text;
}

static size_t widest(char *text)
{
	size_t most = 0;

	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		size_t columns = text_columns(line);

		if (columns > COLUMNS)
			print_message("%s\n", line);
		most = columns > most ? columns : most;
	}
	return most;
}

static void lines_fit(void **state)
{
	static const struct report_options views[] = {
		{ 0 }, { .by = REPORT_BY_SIZE }, { .at = REPORT_AT_PEAK },
	};
	uint64_t seed = 11;

	(void)state;
	for (int run = 0; run < (int)rounds(400); run++) {
		struct dump_builder b;

		export_begin(&b, run % 4 ? MODE_SAMPLED : MODE_EXACT,
			     "/lib/lib.so");
		random_events(&b, &seed);
		dump_builder_end(&b, END_EXIT);
		for (size_t i = 0; i < 6; i++) {
			char *text = report_text(&b, i % 2, &views[i / 2]);

			assert_true(widest(text) <= COLUMNS);
			free(text);
		}
		dump_builder_release(&b);
	}
}

/* Where one column is missing for both. */
static void totals_stand_below_each_other(void **state)
{
	const struct event events[] = {
		event_alloc(24200000 / 1024, 0x2000, 1352914698, 2),
	};
	const struct report_options options = { 0 };
	struct dump_builder b;
	char *text;

	(void)state;
	export_begin(&b, MODE_SAMPLED, "/lib/lib.so");
	dump_builder_events(&b, 1, events, 1);
	dump_builder_end(&b, END_EXIT);
	text = report_text(&b, true, &options);
	assert_non_null(strstr(text,
			       "\n  peak heap    1.26 GiB +-0.0%? at 24.2ms\n"));
	free(text);
	text = report_text(&b, false, &options);
	assert_non_null(strstr(text,
			       "  peak heap  1.26 GiB \u00b10.0%? at 24.2ms\n"));
	free(text);
	dump_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(totals_stand_below_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
