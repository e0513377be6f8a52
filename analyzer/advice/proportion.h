/* SPDX-License-Identifier: MIT */
/* How large a share surely is, of which so many were seen. */
#ifndef ANALYZER_ADVICE_PROPORTION_H
#define ANALYZER_ADVICE_PROPORTION_H

/* Lower end of Wilson's 95% interval of part / whole (JASA 22:209, 1927); 0 of
 * none. */
double proportion_low(double part, double whole);

#endif
