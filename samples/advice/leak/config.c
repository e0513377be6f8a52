/* SPDX-License-Identifier: MIT */
/*
 * Reads settings of a daemon again and again. parse_setting() copies the name,
 * and forgets to free it where the value is no number. Of 200,000 names 8.4%
 * are never freed, all of them older than any that was; the live count rises to
 * the end, at last 37% of the peak.
 *
 * expect: leak parse_setting
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS 24

struct setting {
	char name[20];
	long value;
	unsigned changes;
};

static struct setting settings[SETTINGS];
static unsigned state = 42;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static char *xstrndup(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	memcpy(copy, text, len);
	copy[len] = 0;
	return copy;
}

static struct setting *find(const char *name)
{
	for (int i = 0; i < SETTINGS; i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	return NULL;
}

static int parse_setting(const char *line)
{
	size_t len = strcspn(line, " =");
	char *name = xstrndup(line, len);
	struct setting *s;
	char *end;
	long value;

	line += len;
	line += strspn(line, " =");
	value = strtol(line, &end, 0);
	if (end == line || *end)
		return -1;
	s = find(name);
	if (s) {
		s->changes += s->value != value;
		s->value = value;
	}
	free(name);
	return !!s;
}

static void write_line(char *line, size_t size)
{
	unsigned which = draw(SETTINGS + 2);
	const char *name = which < SETTINGS ? settings[which].name : "unknown";

	if (draw(12))
		snprintf(line, size, "%s = %u", name, draw(5000));
	else
		snprintf(line, size, "%s = %u KiB", name, draw(500));
}

int main(void)
{
	int found = 0, bad = 0;
	unsigned changes = 0;
	char line[64];

	for (int i = 0; i < SETTINGS; i++)
		snprintf(settings[i].name, sizeof(settings[i].name),
			 "%s%d", i & 1 ? "limit" : "interval", i);
	for (int i = 0; i < 200000; i++) {
		int ret;

		write_line(line, sizeof(line));
		ret = parse_setting(line);
		found += ret > 0;
		bad += ret < 0;
	}
	for (int i = 0; i < SETTINGS; i++)
		changes += settings[i].changes;
	printf("%d %d %u\n", found, bad, changes);
	return 0;
}
