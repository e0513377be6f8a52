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
	case FINDING_KEPT:
		return "kept";
	}
	return "";
}

void finding_set_quarters(struct finding *finding,
			  const double quarters[CENSUS_QUARTERS], double least)
{
	double active = 0, calls = 0;

	for (int i = 0; i < CENSUS_QUARTERS; i++) {
		active += quarters[i] > 0;
		calls += quarters[i];
	}
	if (active < least)
		finding->tags |= FINDING_STARTUP;
	finding->at_start = calls > 0 ? quarters[0] / calls : 0;
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
