/* SPDX-License-Identifier: MIT */
#include "analyzer/output/advice.h"

#include <stdlib.h>

#include "analyzer/advice/amount.h"
#include "analyzer/memory.h"
#include "analyzer/output/screen.h"

static void print_verdict(const struct output_run *run,
			  const struct verdict *v)
{
	char *line;

	switch (v->kind) {
	case VERDICT_FIRED:
		line = xasprintf("%s", "advised");
		break;
	case VERDICT_LOW:
		line = xasprintf("%s: %s, needs %s", v->gate,
				 amount_number(v->value).text,
				 amount_number(v->limit).text);
		break;
	case VERDICT_HIGH:
		line = xasprintf("%s: %s, at most %s", v->gate,
				 amount_number(v->value).text,
				 amount_number(v->limit).text);
		break;
	case VERDICT_VETO:
		line = xasprintf("%s", v->gate);
		break;
	case VERDICT_TAKEN:
		line = xasprintf("%s", "another remedy comes first here");
		break;
	default:
		line = xasprintf("%s", "not looked at");
	}
	screen_spaces(run, 4);
	screen_put_left(run, INK_STRONG, v->detector->id, 15);
	screen_put(run, INK_PLAIN, line);
	fputs("\n", run->file);
	free(line);
}

void advice_explain_print(const struct output_run *run,
			  const struct advice *advice,
			  const struct signals *signals)
{
	const struct detector *detector;

	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++)
		print_verdict(run, advice_verdict(advice, signals, detector));
}
