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
 * A figure of one side. In an exact dump interval_bytes is 0; then variance and
 * effective are what a sample at the other side's T would have had
 * (sampled_value_exact_bytes(), ..._count()), or 0, both.
 *
 * A side that is scaled by s, to compare runs of different length: value and
 * interval_bytes times s, variance times s * s.
 */
struct sampled_value {
	double value;
	double variance;
	double effective;      /* samples, struct estimate's */
	double interval_bytes; /* the (largest) T that drew it */
};

/*
 * Of an exact dump, to compare with a sample drawn at interval_bytes: so many
 * allocations (or blocks), of so many bytes in all. Takes them to be of one
 * size.
 */
struct sampled_value sampled_value_exact_count(double count, double bytes,
					       double interval_bytes);
struct sampled_value sampled_value_exact_bytes(double count, double bytes,
					       double interval_bytes);

/*
 * The change in standard errors, z = (now - old) / sqrt(V). V is the sum of
 * both variances; where the two sides were sampled at different T, it is at
 * least what both together would let expect if nothing had changed (the side
 * with the larger T may have a small variance only because it has few
 * samples); against an exact side, the larger of the two. 0 if the values are
 * equal, infinite if nothing is uncertain and they differ.
 */
double significance_z(const struct sampled_value *old,
		      const struct sampled_value *now);

/*
 * The two-sided p of that change, 0 to 1. NAN (not tested) if one side is exact
 * and nothing is known of the other's variance.
 *
 * tests/unit/test_significance.c has how often it is at most a given level when
 * nothing changed, and how often changes are found.
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
