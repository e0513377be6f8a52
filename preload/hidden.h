/* SPDX-License-Identifier: MIT */
/* For variables of the hot path that one file defines and others read: known to
 * be in this very object, they are read without a detour over the GOT. */
#ifndef PRELOAD_HIDDEN_H
#define PRELOAD_HIDDEN_H

#define HIDDEN __attribute__((visibility("hidden")))

#endif
