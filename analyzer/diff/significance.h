/* SPDX-License-Identifier: MIT */
/*
 * Is the difference of two sampled figures more than the luck of sampling?
 * Figures are those of estimate.h: sums of weights over a Poisson sample. Pure
 * functions of what both sides estimate; what differs between runs of one
 * program for other reasons they cannot know (for that there are several runs,
 * rank_test.h).
 *
 * If nothing changed, each sample might as well have been drawn on the other
 * side: given both sides' samples together the difference is a sum of weights
 * with random signs, whose variance is that of both together. Its tail is then
 * below the normal one but for small factors (Pinelis, Annals of Statistics
 * 22:360, 1994). Blocks that are almost certain to be sampled are another
 * matter: a difference comes from the few that were missed, in a Poisson
 * number, and far more often than by the normal law. So the tail is that of the
 * difference of two equal Poisson numbers of the effective samples' size, which
 * is wide for few of these and the normal one for many, by the saddlepoint
 * formula of Lugannani and Rice for whole numbers (Advances in Applied
 * Probability 12:475, 1980; Daniels, International Statistical Review 55:37,
 * 1987). Hence no least number of samples has to be asked for.
 */
#ifndef ANALYZER_DIFF_SIGNIFICANCE_H
#define ANALYZER_DIFF_SIGNIFICANCE_H

/*
 * A figure of one side; the first four as in struct estimate. In an exact dump
 * interval_bytes is 0; then variance and effective are what a sample at the
 * other side's T would have had: sampled_value_exact_count(), ..._bytes().
 *
 * A side that is scaled by s, to compare runs of different length: value times
 * s, variance times s * s, and all of it is scaled alike.
 */
struct sampled_value {
	double value;
	double variance;
	double effective; /* samples that decide it */
	double samples;
	double interval_bytes; /* the (largest) T that drew it */
};

/* What an exact dump knows of a site's allocations or blocks. */
struct exact_sizes {
	double count, bytes;
	double least, largest; /* sizes of one; too wide a range is cautious */
};

/*
 * A figure of an exact dump, to compare with a sample drawn at interval_bytes.
 * The variance of a count depends on how many small ones there are; it is the
 * most that these sizes allow: all of them the least or the largest (Edmundson
 * and Madansky's bound, Management Science 5:197, 1959, of the convex q / p).
 * For bytes they are taken to be of one size.
 */
struct sampled_value sampled_value_exact_count(const struct exact_sizes *sizes,
					       double interval_bytes);
struct sampled_value sampled_value_exact_bytes(const struct exact_sizes *sizes,
					       double interval_bytes);

/*
 * The change in standard errors, z = (now - old) / sqrt(V). V is the sum of
 * both variances. Where the two sides were sampled at different T, it is at
 * least what the side with the smaller T lets expect of the other, which may
 * have a small variance only because it has few samples; against an exact side
 * it is the larger of the two. 0 if the values are equal, infinite if nothing
 * is uncertain and they differ.
 */
double significance_z(const struct sampled_value *old,
		      const struct sampled_value *now);

/* Half the width of the change's 95% interval: where p would be 5%. */
double significance_margin(const struct sampled_value *old,
			   const struct sampled_value *now);

/*
 * The two-sided p of that change, 0 to 1. NAN (not tested) if nothing is known
 * of the variance of a side: one is exact, without the sizes, or its T is less
 * than an eighth of the other's, and neither has any variance.
 *
 * Nothing changed, seven kinds of sites from one size to 0 to 8 MiB, 1 to 300
 * samples: p is at most 0.05, 0.01, 0.001, 0.0001 in no more than these parts
 * of the runs (the normal law: up to 9%, 4%, 3% and 2%). A T that is 16 times the
 * other's makes small p up to four times as frequent. Of 5,000 pairs of programs
 * of 1, 10 and 100 sites without a change 1% to 3% have a significant site,
 * after holm_leave_out() and holm_adjust(). One site of 100 that makes half as
 * many calls again, at 300 samples, is found in 98% by calls if its blocks have
 * one size, and in 97% or more by bytes whatever they have; by calls of mixed
 * sizes in 8% to 83%, as a few small blocks decide
 * (tests/unit/test_significance.c, LONG=1 SEED=7).
 */
double significance_p(const struct sampled_value *old,
		      const struct sampled_value *now);

/*
 * The smallest p that these samples, both sides together, could have given: if
 * all of them were on one side. For holm_leave_out(); it does not depend on
 * whether something changed.
 */
double significance_least_p(const struct sampled_value *old,
			    const struct sampled_value *now);

#endif
