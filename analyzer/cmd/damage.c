/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/cmd.h"

#include <inttypes.h>

void cmd_tell_damage(const char *path, const struct recording *recording)
{
	const struct dump_reader *reader = &recording->reader;
	struct dump_problem problem = { 0 };

	if (reader->damage_total > 0) {
		problem.error = reader->damage[0].error;
		problem.offset = reader->damage[0].offset;
		cmd_problem(path, &problem);
	}
	if (recording->ring == RING_TAKEN && recording->ring_events > 0 &&
	    !recording->live)
		cmd_error("%s: %" PRIu64 " events come from %s; `heapwise "
			  "check --finish` folds them in", path,
			  recording->ring_events, recording->ring_path);
}
