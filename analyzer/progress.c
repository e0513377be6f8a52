/* SPDX-License-Identifier: MIT */
#include "analyzer/progress.h"
#include "analyzer/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SILENT_NS 1000000000ull
#define EVERY_NS 100000000ull

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

void progress_init(struct progress *p, FILE *file, const char *what,
		   const char *unit)
{
	*p = (struct progress){ .unit = unit };
	if (!isatty(fileno(file)))
		return;
	p->file = file;
	p->what = text_line(what);
	p->started_ns = now_ns();
}

/* Is it time to show the line again? */
static bool is_due(const struct progress *p, uint64_t now)
{
	return now >= (p->shown_ns ? p->shown_ns + EVERY_NS :
				     p->started_ns + SILENT_NS);
}

void progress_text(struct progress *p, const char *text)
{
	uint64_t now = now_ns();
	char *shown;

	if (!p->file || !is_due(p, now))
		return;
	shown = text_line(text);
	fprintf(p->file, "\r%.78s\033[K", shown);
	fflush(p->file);
	free(shown);
	p->shown_ns = now;
}

void progress_update(void *progress, uint64_t done, uint64_t total)
{
	struct progress *p = progress;
	uint64_t now;
	double rate;

	if (!p->file || total == 0)
		return;
	now = now_ns();
	if (!is_due(p, now))
		return;
	if (done > total)
		done = total;
	rate = (double)done / ((double)(now - p->started_ns) / 1e9);
	fprintf(p->file, "\r%.50s: %3.0f%% (%.1fM %s/s)\033[K", p->what,
		100.0 * (double)done / (double)total, rate / 1e6, p->unit);
	fflush(p->file);
	p->shown_ns = now;
}

void progress_release(struct progress *p)
{
	if (p->shown_ns) {
		fputs("\r\033[K", p->file);
		fflush(p->file);
	}
	free(p->what);
	*p = (struct progress){ 0 };
}
