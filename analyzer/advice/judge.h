/* SPDX-License-Identifier: MIT */
/*
 * A detector at work on one site: it asks gate after gate, and stops at the
 * first that fails. That gate is kept, since it is the reason why a remedy was
 * rejected. To add a detector: a file with a `struct detector`, a line in
 * detectors.c.
 *
 *	static void judge_pool(struct judgement *j)
 *	{
 *		if (!judge_at_least(j, "calls / most live", turnover,
 *				    THRESHOLD_POOL_TURNOVER))
 *			return;
 *		...
 *		j->finding.saved_calls = hits;
 *		judge_fire(j);
 *	}
 */
#ifndef ANALYZER_ADVICE_JUDGE_H
#define ANALYZER_ADVICE_JUDGE_H

#include "analyzer/advice/finding.h"

struct advice;
struct judgement;

/* In the order in which they get a site that several would have. */
enum detector_rank {
	DETECTOR_FIRST,	   /* one remedy a site: in the table's order */
	DETECTOR_BESIDE,   /* whatever else is advised there */
};

struct detector {
	const char *id;
	const char *remedy; /* a few words: "keep one buffer" */
	const char *verify; /* how to see that it helped, a sentence */
	enum detector_rank rank;
	bool sampled; /* sampled dumps tell enough */
	/* Of one site; or of all at once, which calls advice_add()
	 * for each finding. */
	void (*judge)(struct judgement *j);
	void (*search)(struct judgement *j);
};

/* By place in the table; NULL after the last. */
const struct detector *detector_at(size_t index);
/* -1 if there is none of that name. */
int detector_named(const char *id);
size_t detector_index(const struct detector *detector);

enum verdict_kind {
	VERDICT_FIRED,
	VERDICT_LOW,	/* the figure is below its threshold */
	VERDICT_HIGH,	/* above */
	VERDICT_VETO,	/* `gate` says what */
	VERDICT_TAKEN,	/* another remedy is better here */
	VERDICT_NONE,	/* not looked at */
};

/* What became of a detector at a site. */
struct verdict {
	const struct detector *detector;
	enum verdict_kind kind;
	const char *gate; /* "calls / most live at once" */
	double value, limit;
	enum threshold threshold; /* of LOW and HIGH: what the limit is */
};

struct judgement {
	struct advice *advice; /* see advice.h */
	const struct thresholds *thresholds;
	const struct signals *signals;
	struct verdict verdict;
	struct finding finding;
};

/* Each true if the gate is passed. */
bool judge_at_least(struct judgement *j, const char *gate, double value,
		    enum threshold threshold);
bool judge_at_most(struct judgement *j, const char *gate, double value,
		   enum threshold threshold);
/* part of whole, by the lower end of its interval. */
bool judge_share(struct judgement *j, const char *gate, double part,
		 double whole, enum threshold threshold);
/* A veto unless it holds; `gate` says what was there instead. */
bool judge_that(struct judgement *j, bool holds, const char *gate);
/* All passed. */
void judge_fire(struct judgement *j);

double judge_threshold(const struct judgement *j, enum threshold threshold);

/* The effective number of samples of a site: of its calls, as many as tell. */
double judge_effective(const struct judgement *j);

#endif
