/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/thresholds.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX 512

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
	if (next_word(&rest)) {
		snprintf(why, bytes, "%s: more than a number", name);
		return -1;
	}
	t->values[index] = number;
	return 0;
}

static int take_lines(struct thresholds *t, FILE *file,
		      char why[THRESHOLD_WHY_BYTES])
{
	char line[LINE_BYTES_MAX], problem[THRESHOLD_WHY_BYTES - 40];

	for (int number = 1; fgets(line, sizeof(line), file); number++) {
		size_t len = strlen(line);

		if (len == sizeof(line) - 1 && line[len - 1] != '\n') {
			snprintf(why, THRESHOLD_WHY_BYTES,
				 "line %d: too long", number);
			return -1;
		}
		line[strcspn(line, "#")] = '\0';
		if (take_line(t, line, problem, sizeof(problem))) {
			snprintf(why, THRESHOLD_WHY_BYTES, "line %d: %s",
				 number, problem);
			return -1;
		}
	}
	if (!ferror(file))
		return 0;
	snprintf(why, THRESHOLD_WHY_BYTES, "%s", strerror(errno));
	return -1;
}

int thresholds_read(struct thresholds *t, const char *path,
		    char why[THRESHOLD_WHY_BYTES])
{
	FILE *file = fopen(path, "re");
	int ret;

	if (!file) {
		snprintf(why, THRESHOLD_WHY_BYTES, "%s", strerror(errno));
		return -1;
	}
	ret = take_lines(t, file, why);
	fclose(file);
	return ret;
}
