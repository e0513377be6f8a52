/* SPDX-License-Identifier: MIT */
/*
 * The collector process: drains a session until COMMAND has ended and no
 * recorded process is left. It is nobody's child, has no terminal and no
 * inherited file, and signals that end its targets do not reach it.
 */
#ifndef PRELOAD_COLLECTOR_H
#define PRELOAD_COLLECTOR_H

#include <stdint.h>

/* On the socket between launcher and collector, one byte each. */
enum collector_message {
	COLLECTOR_READY = 'R', /* to the launcher: COMMAND may start */
	COLLECTOR_ENDED = 'E', /* to the collector: COMMAND has ended */
	COLLECTOR_DONE = 'D', /* to the launcher: dumps of the dead are whole */
};

/*
 * Starts a collector for the session, whose rings appear in `folder`. Returns
 * the socket to it once it is ready, or -errno.
 */
int collector_start(uint64_t session, const char *folder);

#endif
