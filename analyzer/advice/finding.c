/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/memory.h"

const char *finding_tag_name(enum finding_tag tag)
{
	switch (tag) {
	case FINDING_STARTUP:
		return "startup";
	case FINDING_CANDIDATE:
		return "candidate";
	case FINDING_MODEL:
		return "model";
	case FINDING_INITIALISED:
		return "initialised";
	}
	return "";
}

void finding_say(struct finding *finding, enum finding_text which,
		 const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		memory_exhausted();
	va_end(args);
	free(finding->texts[which]);
	finding->texts[which] = text;
}

void finding_release(struct finding *finding)
{
	for (int i = 0; i < FINDING_TEXTS; i++)
		free(finding->texts[i]);
	*finding = (struct finding){ 0 };
}
