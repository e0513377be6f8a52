/* SPDX-License-Identifier: MIT */
/* What was wrong with a recording, told once its data was read. */
#ifndef ANALYZER_CMD_DAMAGE_H
#define ANALYZER_CMD_DAMAGE_H

#include "analyzer/recording.h"

/* A line on standard error for damage, one for events out of a ring file. */
void cmd_tell_damage(const char *path, const struct recording *recording);

#endif
