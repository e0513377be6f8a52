/* SPDX-License-Identifier: MIT */
/*
 * What an earlier program of this very process left when it called exec: a
 * recording without END, and its ring file. Without a collector, nobody else
 * will finish it.
 */
#ifndef PRELOAD_PREVIOUS_IMAGE_H
#define PRELOAD_PREVIOUS_IMAGE_H

#include "preload/writer.h"

/*
 * Finishes every recording in that directory whose ring file names this
 * process and says that it was about to exec, and removes its ring file.
 * Before this image's own ring exists. Whatever fails is left as it is.
 */
void previous_image_finish(const char *directory, struct writer_space *space);

#endif
