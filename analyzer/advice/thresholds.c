/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/thresholds.h"
#include "analyzer/text_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX 510

const struct threshold_info threshold_table[THRESHOLD_COUNT] = {
#define THRESHOLD_ROW(constant, name, value, meaning) { name, meaning, value },
	THRESHOLDS(THRESHOLD_ROW)
#undef THRESHOLD_ROW
};

enum threshold_unit threshold_unit(enum threshold threshold)
{
	switch (threshold) {
	case THRESHOLD_MIN_CPU:
	case THRESHOLD_MIN_PEAK:
	case THRESHOLD_POOL_SIZE_SHARE:
	case THRESHOLD_POOL_FREED:
	case THRESHOLD_POOL_HIT:
	case THRESHOLD_POOL_INCUMBENT:
	case THRESHOLD_ARENA_FREED:
	case THRESHOLD_ARENA_LIFO:
	case THRESHOLD_STACK_SAME:
	case THRESHOLD_STACK_EMPTIED:
	case THRESHOLD_RESERVE_SHARE:
	case THRESHOLD_HOIST_SHARE:
	case THRESHOLD_SLAB_LONG:
	case THRESHOLD_HANDOFF_SHARE:
	case THRESHOLD_HANDOFF_POOL:
	case THRESHOLD_SIZE_CLASS_SHARE:
	case THRESHOLD_SIZE_CLASS_ABOVE:
	case THRESHOLD_ZEROING_CPU:
	case THRESHOLD_FALSE_SHARING_SHARE:
	case THRESHOLD_LEAK_QUANTILE:
	case THRESHOLD_LEAK_P:
	case THRESHOLD_LEAK_EARLY:
		return THRESHOLD_SHARE;
	case THRESHOLD_POOL_BYTES:
	case THRESHOLD_STACK_BYTES:
	case THRESHOLD_SLAB_BYTES:
	case THRESHOLD_SIZE_CLASS_BYTES:
		return THRESHOLD_BYTES;
	default:
		return THRESHOLD_NUMBER;
	}
}

void thresholds_init(struct thresholds *t)
{
	for (size_t i = 0; i < THRESHOLD_COUNT; i++)
		t->values[i] = threshold_table[i].value;
}

static int find(const char *name)
{
	for (int i = 0; i < THRESHOLD_COUNT; i++)
		if (strcmp(threshold_table[i].name, name) == 0)
			return i;
	return -1;
}

static const char *next_word(char **rest)
{
	return strtok_r(NULL, " \t\r\n=", rest);
}

/* One line, without its comment. 0, or -1 with what is wrong. */
static int take_line(struct thresholds *t, char *line, char *why, size_t bytes)
{
	char *rest = NULL, *end;
	const char *name = strtok_r(line, " \t\r\n=", &rest), *value;
	double number;
	int index;

	if (!name)
		return 0;
	index = find(name);
	if (index < 0) {
		snprintf(why, bytes, "no threshold '%.40s'", name);
		return -1;
	}
	value = next_word(&rest);
	number = value ? strtod(value, &end) : 0;
	if (!value || *end || !isfinite(number) || number < 0) {
		snprintf(why, bytes, "%s: '%.40s' is not a number", name,
			 value ? value : "");
		return -1;
	}
	if (threshold_unit((enum threshold)index) == THRESHOLD_SHARE &&
	    number > 1) {
		snprintf(why, bytes, "%s: '%.40s' is not a share from 0 to 1",
			 name, value);
		return -1;
	}
	if (next_word(&rest)) {
		snprintf(why, bytes, "%s: more than a number", name);
		return -1;
	}
	t->values[index] = number;
	return 0;
}

/* Likewise; `why` says in which line, too. */
static int take_numbered(struct thresholds *t,
			 const struct text_file_lines *lines, char *line,
			 char why[THRESHOLD_WHY_BYTES])
{
	char problem[THRESHOLD_WHY_BYTES - 40] = "";
	int ret = -1;

	if (lines->zero) {
		snprintf(problem, sizeof(problem), TEXT_FILE_NO_TEXT);
	} else if (strlen(line) > LINE_BYTES_MAX) {
		snprintf(problem, sizeof(problem), "too long");
	} else {
		line[strcspn(line, "#")] = '\0';
		ret = take_line(t, line, problem, sizeof(problem));
	}
	if (ret)
		snprintf(why, THRESHOLD_WHY_BYTES, "line %zu: %s",
			 lines->number, problem);
	return ret;
}

int thresholds_read(struct thresholds *t, const char *path,
		    char why[THRESHOLD_WHY_BYTES])
{
	struct text_file_lines lines;
	const char *problem;
	size_t len = 0;
	char *bytes = text_file_read(path, &len, &problem), *line;
	int ret = 0;

	if (!bytes) {
		snprintf(why, THRESHOLD_WHY_BYTES, "%s", problem);
		return -1;
	}
	text_file_begin(&lines, bytes, len);
	while (!ret && (line = text_file_next(&lines))) {
		ret = take_numbered(t, &lines, line, why);
		free(line);
	}
	free(bytes);
	return ret;
}
