/* SPDX-License-Identifier: MIT */
/*
 * A ring file that outlived its process and its drainer: folded into the dump
 * on request.
 */
#ifndef PRELOAD_LEFTOVER_H
#define PRELOAD_LEFTOVER_H

enum leftover_result {
	LEFTOVER_DONE = 0, /* or there was nothing to do */
	LEFTOVER_LIVE = 1, /* its process or its drainer is at work */
	LEFTOVER_FAILED = 2,
};

/* Both paths absolute or not; they may have been moved since the recording. */
enum leftover_result leftover_finish(const char *dump, const char *ring);

#endif
