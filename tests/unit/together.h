/* SPDX-License-Identifier: MIT */
/*
 * Several threads at once in the same functions, for modules of the recorder
 * that promise to bear it. A thread cannot fail a cmocka test by itself: it
 * says what went wrong, counted, and the test asserts on the sum.
 */
#ifndef TESTS_TOGETHER_H
#define TESTS_TOGETHER_H

#define TOGETHER_MAX 16u

/* Calls body(0), body(1), ... each in a thread of its own, none before all are
 * there. Returns the sum of what they returned. */
unsigned int together(unsigned int threads,
		      unsigned int (*body)(unsigned int number));

#endif
