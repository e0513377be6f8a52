/* SPDX-License-Identifier: MIT */
/*
 * One piece of advice: where, what was seen, what to do, what that saves and
 * what it costs. Texts are plain UTF-8 sentences for people, made by the
 * detector; outputs only fold and escape them.
 */
#ifndef ANALYZER_ADVICE_FINDING_H
#define ANALYZER_ADVICE_FINDING_H

#include "analyzer/advice/expense.h"
#include "analyzer/advice/sample_ranges.h"

enum finding_text {
	FINDING_SEEN,	/* the evidence, figures */
	FINDING_DO,	/* the remedy, in words of a C or C++ developer */
	FINDING_PRICE,	/* what it costs */
	FINDING_CHECK,	/* what heapwise cannot prove */
	FINDING_VERIFY, /* how to see that it helped */
	FINDING_TEXTS,
};

enum finding_tag {
	FINDING_STARTUP = 1,	 /* not active over most of the run */
	FINDING_CANDIDATE = 2,	 /* cannot be proven from events */
	FINDING_MODEL = 4,	 /* from a sampled dump: a model's figures */
	FINDING_INITIALISED = 8, /* pays only if objects stay initialised */
	FINDING_KEPT = 16,	 /* until a program ended that ends by itself */
};
#define FINDING_TAGS 5
/* The word of one of them. */
const char *finding_tag_name(enum finding_tag tag);

/* For the skeleton of the remedy; 0: means nothing here. */
struct remedy {
	uint64_t bytes;	   /* of an object, or a buffer */
	uint64_t capacity; /* of the pool, blocks */
	uint64_t prewarm;  /* blocks to begin with */
	uint64_t sizes[8]; /* of several pools, ascending */
	uint32_t size_count;
	bool shrinks;	   /* must let go of what is too large */
	bool marks;	   /* arena: mark and release */
	bool grows;	   /* reserve: grow by a factor */
};

struct detector;

struct finding {
	const struct detector *detector;
	char id[SITE_ID_BYTES]; /* the site's; an arena's function has its own */
	const struct advice_site *site;
	uint32_t stack;		/* whose frames it shows, from here on */
	struct fold_place place;
	double allocations;
	double saved_calls;   /* allocations no longer made */
	struct span_ns saved; /* CPU time */
	double copying_ns;    /* of its high end, outside of the allocator */
	double saved_bytes;   /* of the peak; leak: that leaked */
	double price_bytes;   /* memory held more than before */
	enum sample_basis basis; /* what saved_bytes rests on */
	uint64_t samples;     /* events that the figures rest on */
	/* The figures with their intervals, set when it is added; `saved` takes
	 * that of the calls in. */
	struct estimate allocations_about, saved_calls_about, saved_bytes_about;
	unsigned int tags;
	double at_start;      /* of its calls, in the run's first quarter */
	char *texts[FINDING_TEXTS];
	struct remedy remedy;
	bool worth;	      /* of a person's time */
	const char *unworthy; /* why not */
	bool unmeasured; /* neither time nor bytes tell its worth: the detector's
			    gates do, and `rank` is for those alone */
	double rank;	      /* larger is better */
};

void finding_release(struct finding *finding);

/* From the calls in each quarter of the run: the tag, if they are in fewer than
 * `least` of them, and how many are in the first. */
void finding_set_quarters(struct finding *finding,
			  const double quarters[CENSUS_QUARTERS], double least);

/* Replaces a text. */
void finding_say(struct finding *finding, enum finding_text which,
		 const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
