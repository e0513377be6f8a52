/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/thresholds.h"
#include "analyzer/diff/budget.h"
#include "analyzer/function_match.h"
#include "analyzer/memory.h"
#include "analyzer/size_text.h"
#include "include/codec.h"
#include "include/crc32c.h"
#include "include/dump_format.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/variables.h"

#define PATTERNS_MAX 16
#define TEXT "std::vector<int>::push_back(int const&) [abi:cxx11]"

static void judge(const struct condition *condition)
{
	static const struct condition_values values[] = {
		{ 0, 0, 0, 0, false },
		{ 1, 2, 1.5, 2.5, true },
		{ 1e18, 0, 0, 0, true },
		{ 5, NAN, NAN, NAN, false },
	};

	condition_matches(condition, TEXT);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		condition_holds(condition, &values[i]);
		free(condition_describe(condition, &values[i]));
	}
}

void words_budget(const uint8_t *data, size_t len)
{
	struct budget budget = { 0 };
	struct budget_error error;

	if (budget_parse(&budget, (const char *)data, len, &error))
		return;
	for (size_t i = 0; i < budget.count; i++)
		judge(&budget.limits[i].condition);
	budget_release(&budget);
}

void words_thresholds(const uint8_t *data, size_t len)
{
	char why[THRESHOLD_WHY_BYTES];
	struct thresholds thresholds;

	scratch_write("text", data, len);
	thresholds_init(&thresholds);
	thresholds_read(&thresholds, scratch_path("text"), why);
}

/* A line a pattern; the last is a text, a size and a number, too. */
void words_patterns(const uint8_t *data, size_t len)
{
	char *copy = xstrndup((const char *)data, len), *rest = copy, *line;
	struct patterns patterns = { 0 };
	struct pattern_problem problem;
	uint64_t number;

	/* each is matched against all: nobody types more */
	while (patterns.count < PATTERNS_MAX && (line = strsep(&rest, "\n"))) {
		patterns_add(&patterns, line, &problem);
		patterns_match(&patterns, TEXT);
		patterns_match(&patterns, line);
		size_text_parse(line, &number);
		number_text_parse(line, 1000, &number);
	}
	patterns_release(&patterns);
	free(copy);
}

/* Nothing but a META. */
static void write_dump(void)
{
	struct dump_block_header header = {
		.version = DUMP_VERSION,
		.type = DUMP_META,
		.count = 1,
	};
	uint8_t bytes[sizeof(header) + 64];
	struct codec_writer w;

	codec_writer_init(&w, bytes + sizeof(header), 64);
	codec_put_tag_varint(&w, META_PID, 1);
	codec_put_tag_varint(&w, META_MODE, MODE_EXACT);
	memcpy(header.magic, DUMP_MAGIC, DUMP_MAGIC_BYTES);
	header.stored_bytes = header.raw_bytes = (uint32_t)codec_written(&w);
	header.payload_crc = crc32c(0, w.start, codec_written(&w));
	header.header_crc = crc32c(0, &header, sizeof(header));
	memcpy(bytes, &header, sizeof(header));
	scratch_write("a.hwd", bytes, sizeof(header) + codec_written(&w));
}

/* Not those that write files, ask servers or look for a collector. */
static bool may_run(const char *words)
{
	static const char *const no[] = { "-o", "--o", "--finish", "--deb" };

	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (strstr(words, no[i]))
			return false;
	return true;
}

/* record may write files: in the scratch directory. */
static bool may_record(const uint8_t *words, size_t len)
{
	return !memchr(words, '/', len);
}

void words_options(const uint8_t *data, size_t len)
{
	static const char *const commands[] = {
		"report", "advise", "export", "list",
		"simulate", "diff", "info", "check",
	};
	char *words;

	if (len == 0)
		return;
	write_dump();
	if (data[0] == 'r') {
		if (may_record(data + 1, len - 1))
			variables_record(data + 1, len - 1);
		return;
	}
	words = xstrndup((const char *)data + 1, len - 1);
	if (may_run(words))
		scratch_run_words(commands[data[0] % 8], data + 1, len - 1);
	free(words);
}
