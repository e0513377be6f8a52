/* SPDX-License-Identifier: MIT */
/* Baselines in JSON: what is read of them, and what is said of wrong ones. */
#include "analyzer/diff/snapshot_json.h"
#include "analyzer/memory.h"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/heapwise-json.XXXXXX";
static const struct report_options by_site;

#define FIGURES                                                        \
	"\"allocations\":30,\"frees\":20,\"bytes_allocated\":3000,"    \
	"\"peak_bytes\":200,\"peak_blocks\":2,\"at_peak_bytes\":100,"  \
	"\"at_peak_blocks\":1,\"leaked_bytes\":1000,"                  \
	"\"leaked_blocks\":10,\"temporary\":5,\"size_min_bytes\":100," \
	"\"size_max_bytes\":100"
#define LIMITS(key) "\"" key "_low\":0,\"" key "_high\":null"
#define SAMPLED                                                         \
	LIMITS("allocations") "," LIMITS("frees") ","                   \
	LIMITS("bytes_allocated") "," LIMITS("peak_bytes") ","          \
	LIMITS("peak_blocks") "," LIMITS("at_peak_bytes") ","           \
	LIMITS("at_peak_blocks") "," LIMITS("leaked_bytes") ","         \
	LIMITS("leaked_blocks") "," LIMITS("temporary")                 \
	",\"sampling\":{\"allocations\":[29.75,12.5,6.5,7]}"
#define HEAD(mode)                                                        \
	"{\"format_version\":1,\"file\":\"a.hwd\",\"program\":\"/d/app\"," \
	"\"arguments\":[\"./app\",\"x\"],\"directory\":\"/d\","            \
	"\"modules\":[{\"path\":\"/d/app\",\"build_id\":\"1f2e\"},"        \
	"{\"path\":\"/lib/so\",\"build_id\":null}],\"pid\":7,"             \
	"\"start_realtime_ns\":5," mode ",\"damaged\":false,"              \
	"\"finished\":true,\"lost_events\":3,\"by\":\"site\","             \
	"\"site_count\":1,\"totals\":{" FIGURES ",\"run_ns\":900,"         \
	"\"counted_ns\":800,\"peak_at_ns\":70"
#define SITE                                                              \
	"},\"sites\":[{\"id\":\"0123456789ab\"," FIGURES                  \
	",\"frames\":[{\"function\":\"make\",\"file\":\"/d/a.c\","        \
	"\"line\":12,\"start_line\":10,\"module\":\"/d/app\","            \
	"\"address\":\"0x5510\",\"offset\":\"0x10\",\"inlined\":true},"   \
	"{\"function\":null,\"file\":null,\"line\":null,"                 \
	"\"start_line\":null,\"module\":\"/lib/so\","                     \
	"\"address\":\"0x7f20\",\"offset\":\"0x20\",\"inlined\":false}]," \
	"\"frames_truncated\":true"

static const char exact[] =
	HEAD("\"mode\":\"exact\",\"sample_bytes\":null,"
	     "\"interval_bytes\":null") SITE "}]}";
static const char sampled[] =
	HEAD("\"mode\":\"sampled\",\"sample_bytes\":512,"
	     "\"interval_bytes\":600") "," SAMPLED SITE "," SAMPLED "}]}";

static struct snapshot *read_text(const char *text, size_t len,
				  const struct report_options *view,
				  struct frame_pool *pool, char **why)
{
	static struct code_pool codes;
	static struct figure_table figures;
	struct snapshot_pools pools = { NULL, &codes, &figures };
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	*why = NULL;
	pools.frames = pool;
	return snapshot_json_read(path, view, &pools, why);
}

static void all_of_it_is_read(void **state)
{
	const struct pool_frame *frames[4];
	struct frame_pool pool;
	struct snapshot *s;
	char *why;
	bool cut;

	(void)state;
	frame_pool_init(&pool);
	s = read_text(exact, strlen(exact), &by_site, &pool, &why);
	assert_non_null(s);
	assert_string_equal(s->path, path);
	assert_string_equal(s->program, "/d/app");
	assert_int_equal(s->argument_count, 2);
	assert_string_equal(s->arguments[1], "x");
	assert_int_equal(s->pid, 7);
	assert_int_equal(s->lost_events, 3);
	assert_false(s->sampled || s->damaged || s->unfinished);
	assert_true(s->run_ns == 900 && s->counted_ns == 800);
	assert_int_equal(s->row_count, 1);
	assert_true(s->rows[0].id == 0x0123456789ab0000);
	assert_true(snapshot_value(s, 0, FIGURE_LEAKED_BYTES) == 1000);
	assert_true(s->totals[FIGURE_TEMPORARY].value == 5);
	assert_int_equal(frame_pool_read(&pool, s->rows[0].stack, frames, 4,
					 &cut), 2);
	assert_true(cut);
	assert_string_equal(pool.texts[frames[0]->function], "make");
	assert_string_equal(pool.texts[frames[0]->file], "a.c");
	assert_string_equal(pool.texts[frames[0]->build], "1f2e");
	assert_int_equal(frames[0]->line, 12);
	assert_int_equal(frames[0]->start_line, 10);
	assert_int_equal(frames[0]->offset, 0x10);
	assert_int_equal(frames[0]->flags,
			 POOL_FRAME_INLINED | POOL_FRAME_PROGRAM);
	/* an offset in a file without a build ID says nothing */
	assert_int_equal(frames[1]->function + frames[1]->build, 0);
	assert_int_equal(frames[1]->offset, 0);
	snapshot_free(s);
	frame_pool_release(&pool);
}

static void samples_keep_what_judging_needs(void **state)
{
	struct frame_pool pool;
	struct snapshot *s;
	struct estimate e;
	char *why;

	(void)state;
	frame_pool_init(&pool);
	s = read_text(sampled, strlen(sampled), &by_site, &pool, &why);
	assert_non_null(s);
	assert_true(s->sampled);
	assert_true(s->interval_bytes == 600);
	e = snapshot_figure(s, 0, FIGURE_ALLOCATIONS);
	assert_true(e.value == 29.75 && e.variance == 12.5);
	assert_true(e.samples == 7 && e.effective == 6.5 && !e.exact);
	assert_true(e.low == 0 && isinf(e.high));
	e = snapshot_figure(s, 0, FIGURE_FREES);
	assert_true(e.value == 20 && e.variance == 0 && e.samples == 0);
	snapshot_free(s);
	frame_pool_release(&pool);
}

static void refuses(const char *text, const struct report_options *view,
		    const char *expected)
{
	struct frame_pool pool;
	char *why;

	frame_pool_init(&pool);
	assert_null(read_text(text, strlen(text), view, &pool, &why));
	assert_non_null(why);
	if (!strstr(why, expected))
		fail_msg("'%s', not '%s'", why, expected);
	free(why);
	frame_pool_release(&pool);
}

/* With one text in place of another. */
static void refuses_with(const char *old, const char *new,
			 const char *expected)
{
	const char *at = strstr(sampled, old);
	char *text;

	assert_non_null(at);
	text = xasprintf("%.*s%s%s", (int)(at - sampled), sampled, new,
			 at + strlen(old));
	refuses(text, &by_site, expected);
	free(text);
}

static void wrong_keys_are_named(void **state)
{
	(void)state;
	refuses("{}", &by_site, "sites: missing");
	refuses("{\"reports\":[]}", &by_site, "reports: it has several");
	refuses("{\"sites\":[]}", &by_site, "format_version: missing");
	refuses_with("\"format_version\":1", "\"format_version\":2",
		     "format_version: of another");
	refuses_with("\"pid\":7", "\"pid\":-7", "pid: not a whole number");
	refuses_with("\"pid\":7", "\"pid\":\"7\"", "pid: not a whole number");
	refuses_with("\"mode\":\"sampled\"", "\"mode\":\"x\"",
		     "mode: neither exact nor sampled");
	refuses_with("\"interval_bytes\":600", "\"interval_bytes\":0",
		     "interval_bytes: not 1 or more");
	refuses_with("\"build_id\":\"1f2e\"", "\"build_id\":12",
		     "modules[0].build_id: not a text");
	refuses_with("\"site_count\":1", "\"site_count\":2",
		     "site_count: not the number of sites");
	refuses_with("\"run_ns\":900", "\"run\":900", "totals.run_ns: missing");
	refuses_with("[29.75,12.5,6.5,7]", "[29.75,12.5,7]",
		     "totals.sampling: not [figure");
	refuses_with("[29.75,12.5,6.5,7]", "[99,12.5,6.5,7]",
		     "totals.sampling: of another figure");
	refuses_with("\"id\":\"0123456789ab\"", "\"id\":\"xyz\"",
		     "sites[0].id: not a hexadecimal");
	refuses_with("\"line\":12", "\"line\":1.5",
		     "sites[0].frames[0].line: not a whole number");
	refuses_with("\"offset\":\"0x20\"", "\"offset\":\"20\"",
		     "sites[0].frames[1].offset: not a hexadecimal");
	refuses_with("\"frames_truncated\":true", "\"frames_truncated\":0",
		     "sites[0].frames_truncated: neither true nor false");
}

static void other_views_are_refused(void **state)
{
	struct report_options view = { .by = REPORT_BY_FUNCTION };

	(void)state;
	refuses(exact, &view, "by: it is by site; `heapwise report --json "
			      "--by=function`");
	view = (struct report_options){ .at = REPORT_AT_PEAK };
	refuses(exact, &view, "at: made with another --at");
	view = (struct report_options){ .has_from = true, .from_ns = 1e9 };
	refuses(exact, &view, "window: made with another --from or --to");
	view = (struct report_options){ .temporary_distance = 3 };
	refuses(exact, &view, "temporary_distance: made with another");
}

/* Each key missing, and each value another: read or refused with a reason. */
static void any_json_is_safe(const char *text)
{
	static const char *const others[] = {
		"null", "true", "-1", "1e300", "\"\"", "[]", "{}", "[[1]]",
		"{\"a\":0}", "9223372036854775807", "\"0xffffffffffffffff\"",
	};
	struct frame_pool pool;
	struct snapshot *s;
	char *why, *changed;
	size_t colons = 0;

	for (const char *at = strchr(text, ':'); at; at = strchr(at + 1, ':')) {
		size_t len = strcspn(at, ",}]");

		colons++;
		for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
			changed = xasprintf("%.*s:%s%s", (int)(at - text),
					    text, others[i], at + len);
			frame_pool_init(&pool);
			s = read_text(changed, strlen(changed), &by_site,
				      &pool, &why);
			assert_true(!s == !!why);
			snapshot_free(s);
			free(why);
			frame_pool_release(&pool);
			free(changed);
		}
	}
	assert_true(colons > 40);
}

static void any_value_is_safe(void **state)
{
	(void)state;
	any_json_is_safe(exact);
	any_json_is_safe(sampled);
}

static void any_bytes_are_safe(void **state)
{
	const size_t len = strlen(sampled);
	char *text = xstrndup(sampled, len), *why;
	uint32_t seed = 5;

	(void)state;
	for (int run = 0; run < 3000; run++) {
		struct frame_pool pool;
		struct snapshot *s;
		size_t part = len;

		memcpy(text, sampled, len);
		for (int i = 0; i < 1 + run % 4; i++) {
			seed = seed * 1664525 + 1013904223;
			text[(seed >> 8) % len] =
				"{}[]\",:09x\\\xff-e."[seed >> 28];
		}
		if (run % 3 == 0)
			part = (seed >> 4) % len;
		frame_pool_init(&pool);
		s = read_text(text, part, &by_site, &pool, &why);
		assert_true(!s == !!why);
		snapshot_free(s);
		free(why);
		frame_pool_release(&pool);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_read),
		cmocka_unit_test(samples_keep_what_judging_needs),
		cmocka_unit_test(wrong_keys_are_named),
		cmocka_unit_test(other_views_are_refused),
		cmocka_unit_test(any_value_is_safe),
		cmocka_unit_test(any_bytes_are_safe),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
