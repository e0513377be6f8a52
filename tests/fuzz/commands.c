/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/commands.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/advice/advice.h"
#include "analyzer/report.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/sparse.h"

/* What a dump names as files is looked for where there is nothing. */
#define NO_FILES " --sysroot @none "
#define COMMAND_BYTES 256
#define SITES_TRIED 4

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *const reader_lines[] = {
	"check @a.hwd",
	"check --json @a.hwd",
	"info" NO_FILES "@a.hwd",
	"info --json" NO_FILES "@a.hwd",
	"report --by thread" NO_FILES "@a.hwd",
	"report --by size --sort peak" NO_FILES "@a.hwd",
};

static const char *const report_lines[] = {
	"report" NO_FILES "@a.hwd",
	"report --json" NO_FILES "@a.hwd",
	"report --limit 0 --frames 0 --all-frames" NO_FILES "@a.hwd",
	"report --by function --sort lifetime" NO_FILES "@a.hwd",
	"report --by file --sort size --json" NO_FILES "@a.hwd",
	"report --by line --full-names" NO_FILES "@a.hwd",
	"report --by module" NO_FILES "@a.hwd",
	"report --by size --json" NO_FILES "@a.hwd",
	"report --tree --min-share 0" NO_FILES "@a.hwd",
	"report --tree=down --sort bytes" NO_FILES "@a.hwd",
	"report --tree --json" NO_FILES "@a.hwd",
	"report --timeline --sizes --lifetimes" NO_FILES "@a.hwd",
	"report --timeline --sizes --lifetimes --json" NO_FILES "@a.hwd",
	"report --at peak" NO_FILES "@a.hwd",
	"report --at 0.001 --timeline" NO_FILES "@a.hwd",
	"report --from 0.0001 --to 0.01 --lifetimes" NO_FILES "@a.hwd",
	"report --focus a --ignore b --temporary 5" NO_FILES "@a.hwd",
	"list --all . " NO_FILES "@a.hwd",
};

static const char *const export_lines[] = {
	"export --format pprof" NO_FILES "@a.hwd",
	"export --format pprof --raw" NO_FILES "@a.hwd",
	"export --format pprof --lifetimes" NO_FILES "@a.hwd",
	"export --format folded --metric leaked" NO_FILES "@a.hwd",
	"export --format folded" NO_FILES "@a.hwd",
	"export --format speedscope" NO_FILES "@a.hwd",
	"export --format dhat" NO_FILES "@a.hwd",
	"export --format csv" NO_FILES "@a.hwd",
	"export --format csv --signals" NO_FILES "@a.hwd",
	"export --format json --signals" NO_FILES "@a.hwd",
	"export --format pprof --at peak" NO_FILES "@a.hwd",
};

static const char *const advise_lines[] = {
	"advise --all" NO_FILES "@a.hwd",
	"advise --all --json" NO_FILES "@a.hwd",
	/* little is asked of a site, so that all detectors speak */
	"advise --all --thresholds @text" NO_FILES "@a.hwd",
	"advise --all --json --thresholds @text" NO_FILES "@a.hwd",
};

static const char *const simulate_lines[] = {
	"simulate --site %s" NO_FILES "@a.hwd",
	"simulate --json --site %s" NO_FILES "@a.hwd",
	"simulate --sizes 64,256,1K --cap 3 --tau 0.001 --site %s" NO_FILES
	"@a.hwd",
	"advise --explain %s" NO_FILES "@a.hwd",
	"advise --explain %s --json --thresholds @text" NO_FILES "@a.hwd",
};

static const char *const diff_lines[] = {
	"diff" NO_FILES "@a.hwd @b.hwd",
	"diff --json" NO_FILES "@a.hwd @b.hwd",
	"diff --force --by function --limit 0" NO_FILES "@a.hwd @b.hwd",
	"diff --force --by thread --floor 0" NO_FILES "@a.hwd @b.hwd",
	"diff --force --by size --json --floor 0" NO_FILES "@a.hwd @b.hwd",
	"diff --force --by module --normalize runtime" NO_FILES "@a.hwd @b.hwd",
	"diff --force --format markdown" NO_FILES "@a.hwd @b.hwd",
	"diff --force --format folded" NO_FILES "@a.hwd @b.hwd",
	"diff --force --format pprof" NO_FILES "@a.hwd @b.hwd",
	"diff --force --at peak --sort relative" NO_FILES "@a.hwd @b.hwd",
	"diff --force --fail-on site:.:calls>+0" NO_FILES
	"@a.hwd @a.hwd -- @b.hwd @b.hwd",
	"diff --force --advice" NO_FILES "@a.hwd @b.hwd",
	"diff --force --advice --json --by function" NO_FILES "@a.hwd @b.hwd",
};

static const char *const ring_lines[] = {
	"check @a.hwd",
	"info" NO_FILES "@a.hwd",
	"info --json" NO_FILES "@a.hwd",
	"report" NO_FILES "@a.hwd",
	"report --by thread --json" NO_FILES "@a.hwd",
	"export --format pprof" NO_FILES "@a.hwd",
	"advise --all" NO_FILES "@a.hwd",
};

static const char *choose(const char *const *lines, size_t count, size_t byte)
{
	return lines[byte % count];
}

static void run_dump(const char *line, const uint8_t *data, size_t len)
{
	scratch_write("a.hwd", data + 1, len - 1);
	scratch_run(line);
	scratch_remove("a.hwd");
}

void commands_reader(const uint8_t *data, size_t len)
{
	if (len)
		run_dump(choose(reader_lines, COUNT(reader_lines), data[0]),
			 data, len);
}

void commands_report(const uint8_t *data, size_t len)
{
	if (len)
		run_dump(choose(report_lines, COUNT(report_lines), data[0]),
			 data, len);
}

void commands_export(const uint8_t *data, size_t len)
{
	if (len)
		run_dump(choose(export_lines, COUNT(export_lines), data[0]),
			 data, len);
}

static void write_thresholds(void)
{
	static const char text[] = "min-calls 1\nmin-samples 1\n"
				   "min-quarters 0\nmin-cpu 0\nmin-peak 0\n"
				   "pool.rate 0\nslab.live 1\n"
				   "size-class.bytes 0\narena.epochs 1\n"
				   "arena.objects 1\nreserve.steps 1\n";

	scratch_write("text", text, sizeof(text) - 1);
}

void commands_advise(const uint8_t *data, size_t len)
{
	write_thresholds();
	if (len)
		run_dump(choose(advise_lines, COUNT(advise_lines), data[0]),
			 data, len);
}

/* The ids of some sites of a recording: at most SITES_TRIED. */
typedef size_t list_ids(char ids[SITES_TRIED][SITE_ID_BYTES],
			struct recording *recording,
			const struct debug_search *search);

/* Of the first ones. */
static size_t site_ids(char ids[SITES_TRIED][SITE_ID_BYTES],
		       struct recording *recording,
		       const struct debug_search *search)
{
	const struct report_options options = { .search = search };
	struct report *report = report_new(recording, "a.hwd", &options);
	size_t count = 0;

	for (; count < SITES_TRIED && count < report->row_count; count++)
		site_id_text(ids[count], &report->ids,
			     report->rows[count]->stack);
	report_free(report);
	return count;
}

/* Of what advise can explain. */
static size_t advised_ids(char ids[SITES_TRIED][SITE_ID_BYTES],
			  struct recording *recording,
			  const struct debug_search *search)
{
	struct advice_options options = { .search = search };
	struct advice *advice;
	size_t count = 0;

	thresholds_init(&options.thresholds);
	options.thresholds.values[THRESHOLD_MIN_CALLS] = 1;
	advice = advice_new(recording, "a.hwd", &options);
	for (; count < SITES_TRIED && count < advice->pass.count; count++)
		memcpy(ids[count], advice->pass.candidates[count].site->id,
		       SITE_ID_BYTES);
	advice_free(advice);
	return count;
}

static size_t ids_of_dump(char ids[SITES_TRIED][SITE_ID_BYTES], list_ids *list)
{
	const struct debug_search search = { .sysroot = scratch_path("none") };
	struct recording *recording;
	struct dump_problem problem;
	size_t count;

	if (recording_open(&recording, scratch_path("a.hwd"), &problem) < 0)
		return 0;
	count = list(ids, recording, &search);
	recording_free(recording);
	return count;
}

void commands_simulate(const uint8_t *data, size_t len)
{
	char ids[SITES_TRIED][SITE_ID_BYTES], line[COMMAND_BYTES];
	const char *format, *place;
	size_t count;

	if (len == 0)
		return;
	format = choose(simulate_lines, COUNT(simulate_lines), data[0]);
	place = strstr(format, "%s");
	write_thresholds();
	scratch_write("a.hwd", data + 1, len - 1);
	count = ids_of_dump(ids, strncmp(format, "advise", 6) ? site_ids :
								advised_ids);
	for (size_t i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "%.*s%s%s",
			 (int)(place - format), format, ids[i], place + 2);
		scratch_run(line);
	}
	scratch_remove("a.hwd");
}

const uint8_t *commands_part(const uint8_t *data, size_t len, size_t *part)
{
	uint32_t bytes;

	*part = 0;
	if (len < 1 + sizeof(bytes))
		return data;
	memcpy(&bytes, data + 1, sizeof(bytes));
	len -= 1 + sizeof(bytes);
	*part = bytes < len ? bytes : len;
	return data + 1 + sizeof(bytes);
}

void commands_diff(const uint8_t *data, size_t len)
{
	size_t part;
	const uint8_t *first = commands_part(data, len, &part);

	if (len < 5)
		return;
	scratch_write("a.hwd", first, part);
	scratch_write("b.hwd", first + part,
		      (size_t)(data + len - first) - part);
	scratch_run(choose(diff_lines, COUNT(diff_lines), data[0]));
	scratch_remove("a.hwd");
	scratch_remove("b.hwd");
}

void commands_ring(const uint8_t *data, size_t len)
{
	size_t part, image_bytes;
	const uint8_t *dump = commands_part(data, len, &part);
	const uint8_t *image;

	if (len < 5)
		return;
	image = sparse_unpack(dump + part, (size_t)(data + len - dump) - part,
			      &image_bytes);
	scratch_write("a.hwd", dump, part);
	scratch_write("a.hwd.ring", image, image_bytes);
	scratch_run(choose(ring_lines, COUNT(ring_lines), data[0]));
	scratch_remove("a.hwd.ring");
	scratch_remove("a.hwd");
}
