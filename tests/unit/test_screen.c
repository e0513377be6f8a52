/* SPDX-License-Identifier: MIT */
/* Lines of text: folded between words, drawn in ASCII where they have to be. */
#include "analyzer/memory.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What is printed; for the caller to free. */
static char *folded(const char *text, int columns, size_t indent, bool ascii)
{
	char *out = NULL;
	size_t len;
	struct output_run run = { .columns = columns, .ascii = ascii };

	run.file = open_memstream(&out, &len);
	screen_put_folded(&run, INK_PLAIN, text, indent);
	fclose(run.file);
	return out;
}

static void check(const char *text, int columns, size_t indent,
		  const char *expected)
{
	char *got = folded(text, columns, indent, false);

	assert_string_equal(got, expected);
	free(got);
}

static void lines_end_between_words(void **state)
{
	(void)state;
	check("short", 20, 0, "short\n");
	check("", 20, 0, "");
	check("one two three four", 10, 0, "one two\nthree four\n");
	check("one two three four", 10, 2, "  one two\n    three\n    four\n");
	check("std::map<int, char>", 14, 0, "std::map<int,\nchar>\n");
}

static void numbers_are_not_torn(void **state)
{
	(void)state;
	check("within 1234567 of all", 11, 0, "within\n1234567 of\nall\n");
	check("/a/b1/c/d2345.c:67890", 18, 0, "/a/b1/c/\nd2345.c:67890\n");
	check("sites: 1,234,567,890", 18, 0, "sites:\n1,234,567,890\n");
}

/* A place stays whole, and with its directory where there is room for it. */
static void places_are_not_torn(void **state)
{
	(void)state;
	check("997 -> 39,979 in strdup, string/strdup.c:42, site 89", 41, 0,
	      "997 -> 39,979 in strdup,\nstring/strdup.c:42, site 89\n");
	check("calls in /a/long/path/to/file.c:1234", 20, 0,
	      "calls in /a/long/\npath/to/file.c:1234\n");
}

/* However long a word is, and whatever it is made of. */
static void every_byte_is_printed_once(void **state)
{
	static const char letters[] = "aaaaaaa  ,:/<>()\u00e9\u65e5";
	uint32_t seed = 7;

	(void)state;
	for (int run = 0; run < 300; run++) {
		char text[200], *got, *line, *rest;
		size_t len = 0, kept = 0, letter;

		while (len + 4 < sizeof(text)) {
			seed = seed * 1664525 + 1013904223;
			letter = (seed >> 16) % 18;
			if (letter < 16)
				text[len++] = letters[letter];
			else
				len = (size_t)(stpcpy(text + len,
						      letter == 16 ?
							      "\u00e9" :
							      "\u65e5") -
					       text);
		}
		text[len] = '\0';
		got = folded(text, 20, 0, false);
		for (rest = got; (line = strsep(&rest, "\n"));) {
			assert_true(text_columns(line) <= 20);
			for (; *line; line++)
				kept += *line != ' ';
		}
		for (const char *at = text; *at; at++)
			kept -= *at != ' ';
		assert_int_equal(kept, 0);
		free(got);
	}
}

static void signs_become_ascii(void **state)
{
	char *got = folded("\u2502  \u251c\u2500 a\u2026 \u00b15% \u00d73 \u2264 "
			   "2\u00b5s \u00e9", 80, 0, true);

	(void)state;
	assert_string_equal(got, "|  |- a* +-5% x3 <= 2us \u00e9\n");
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_between_words),
		cmocka_unit_test(numbers_are_not_torn),
		cmocka_unit_test(places_are_not_torn),
		cmocka_unit_test(every_byte_is_printed_once),
		cmocka_unit_test(signs_become_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
