/* SPDX-License-Identifier: MIT */
/* The thread that loads and unloads plugins, so that one lies where another
 * one was, and calls them. */
#ifndef TESTS_SOAK_PLUGINS_H
#define TESTS_SOAK_PLUGINS_H

#include <stdint.h>

/* One round: unloads one of those that are loaded, loads another one. */
void plugins_turn(uint64_t *random);
void plugins_close(void);

#endif
