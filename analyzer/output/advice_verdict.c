/* SPDX-License-Identifier: MIT */
/* What became of a remedy at a site, in words. */
#include "analyzer/output/advice.h"

#include <math.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/memory.h"

static struct amount figure(const struct verdict *v, double value)
{
	switch (threshold_unit(v->threshold)) {
	case THRESHOLD_SHARE:
		return amount_percent(value);
	case THRESHOLD_BYTES:
		return amount_bytes(value);
	default:
		return value >= 100 || value == floor(value) ?
			       amount_count(value) : amount_number(value);
	}
}

const struct finding *advice_region(const struct advice *advice,
				    const struct signals *signals)
{
	struct fold_place place = signals->site->place;
	const struct symbol *symbol;

	while ((symbol = fold_symbol(&advice->fold, &place)) != NULL) {
		char id[SITE_ID_BYTES];

		fold_call_id(id, symbol, &symbol->calls[place.call]);
		for (size_t i = 0; i < advice->finding_count; i++)
			if (strcmp(advice->findings[i].id, id) == 0 &&
			    strcmp(advice->findings[i].detector->id,
				   "arena") == 0)
				return &advice->findings[i];
		place = fold_caller(&advice->fold, place);
	}
	return NULL;
}

static char *fired_text(const struct advice *advice,
			const struct signals *signals,
			const struct detector *detector)
{
	const struct finding *region;

	if (strcmp(detector->id, "arena") == 0) {
		region = advice_region(advice, signals);
		if (region)
			return xasprintf("advised for a caller: see "
					 "--explain %s", region->id);
	}
	return xasprintf("%s", "advised");
}

/* Which other remedy this site has. */
static char *taken_text(const struct advice *advice,
			const struct signals *signals)
{
	const struct detector *detector;

	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++)
		if (detector->rank == DETECTOR_FIRST &&
		    advice_verdict(advice, signals, detector)->kind ==
			    VERDICT_FIRED)
			return xasprintf("%s comes first here", detector->id);
	return xasprintf("%s", "another remedy comes first here");
}

static char *none_text(const struct advice *advice,
		       const struct detector *detector)
{
	if (advice->options.without & 1u << detector_index(detector))
		return xasprintf("%s", "left out by --detectors");
	if (advice->sampled && !detector->sampled)
		return xasprintf("%s", "a sample does not tell: record every "
				 "event");
	return xasprintf("%s", "not looked at");
}

char *advice_verdict_text(const struct advice *advice,
			  const struct signals *signals,
			  const struct detector *detector)
{
	const struct verdict *v = advice_verdict(advice, signals, detector);

	switch (v->kind) {
	case VERDICT_FIRED:
		return fired_text(advice, signals, detector);
	case VERDICT_LOW:
		return xasprintf("%s: %s, needs %s", v->gate,
				 figure(v, v->value).text,
				 figure(v, v->limit).text);
	case VERDICT_HIGH:
		return xasprintf("%s: %s, may be %s at most", v->gate,
				 figure(v, v->value).text,
				 figure(v, v->limit).text);
	case VERDICT_VETO:
		return xasprintf("%s", v->gate);
	case VERDICT_TAKEN:
		return taken_text(advice, signals);
	default:
		return none_text(advice, detector);
	}
}
