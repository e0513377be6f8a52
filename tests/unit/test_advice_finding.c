/* SPDX-License-Identifier: MIT */
/* A finding stays within 12 lines of 80 columns, whatever a detector says; all
 * of it is shown when it is asked for. */
#include "analyzer/output/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/dump_builder.h"

#define WORDS 120

static struct dump_builder builder;
static struct recording *recording;
static struct advice *advice;

static int set_up(void **state)
{
	const struct event events[] = { event_alloc(1, 4096, 10, 0),
					event_free(2, 4096) };
	static struct advice_options options;

	(void)state;
	thresholds_init(&options.thresholds);
	dump_builder_init(&builder);
	dump_builder_meta(&builder, MODE_EXACT, 0);
	dump_builder_events(&builder, 1, events, 2);
	dump_builder_end(&builder, END_EXIT);
	recording = dump_builder_open(&builder);
	advice = advice_new(recording, "test.hwd", &options);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	advice_free(advice);
	recording_free(recording);
	dump_builder_release(&builder);
	return 0;
}

/* Numbered words: so many, each with its number. */
static char *numbered(char letter, int words)
{
	char *text = calloc(1, (size_t)words * 8 + 1), *to = text;

	assert_non_null(text);
	for (int i = 0; i < words; i++)
		to += sprintf(to, "%s%c%d", i ? " " : "", letter, i);
	return text;
}

static char *print(const struct finding *f, size_t lines)
{
	struct output_run run = { .columns = 80, .ascii = true };
	char *text = NULL;
	size_t bytes;

	run.file = open_memstream(&text, &bytes);
	assert_non_null(run.file);
	advice_finding_print(&run, advice, f, lines);
	assert_int_equal(fclose(run.file), 0);
	return text;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (const char *end; (end = strchr(text, '\n')) != NULL;
	     text = end + 1) {
		assert_true(end - text <= 80);
		lines++;
	}
	return lines;
}

static struct finding finding_of(int words)
{
	struct finding f = {
		.detector = detector_at(0),
		.id = "0123456789ab",
		.tags = (1u << FINDING_TAGS) - 1,
		.saved_calls = 12345678,
		.saved_bytes = 1e9,
		.unworthy = "saves too little of the CPU time or the peak",
	};

	for (int i = 0; i < FINDING_TEXTS; i++)
		f.texts[i] = numbered((char)('a' + i), words);
	return f;
}

static void test_bounded(void **state)
{
	(void)state;
	for (int words = 1; words < WORDS; words++) {
		struct finding f = finding_of(words);
		char *text = print(&f, ADVICE_LINES);

		assert_true(count_lines(text) <= ADVICE_LINES);
		for (int i = 0; i <= FINDING_CHECK; i++) {
			char first[] = { (char)('a' + i), '0', '\0' };

			assert_non_null(strstr(text, first));
		}
		assert_true(words < 60 || strstr(text, " ..."));
		free(text);
		finding_release(&f);
	}
}

static void test_whole(void **state)
{
	struct finding f = finding_of(WORDS);
	char *text = print(&f, 0), last[16];

	(void)state;
	count_lines(text);
	for (int i = 0; i <= FINDING_CHECK; i++) {
		snprintf(last, sizeof(last), "%c%d\n", 'a' + i, WORDS - 1);
		assert_non_null(strstr(text, last));
	}
	assert_null(strstr(text, "..."));
	free(text);
	finding_release(&f);
}

/* What came out of a dump reaches no terminal as it is. */
static void test_escaped(void **state)
{
	struct finding f = finding_of(1);
	char *text;

	(void)state;
	finding_say(&f, FINDING_SEEN, "%s", "red \033[31m\x01 \xff");
	text = print(&f, ADVICE_LINES);
	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\x01'));
	assert_null(strchr(text, '\xff'));
	free(text);
	finding_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_escaped),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
