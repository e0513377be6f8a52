/* SPDX-License-Identifier: MIT */
/* The table of detectors; those of one remedy a site in their order. */
#include "analyzer/advice/detectors.h"

#include <string.h>

static const struct detector *const detectors[] = {
	&detector_reserve,    &detector_hoist,	 &detector_stack,
	&detector_arena,      &detector_pool,	 &detector_sized_pool,
	&detector_handoff,    &detector_slab,
	&detector_size_class, &detector_zeroing, &detector_leak,
	&detector_false_sharing,
};

#define DETECTORS (sizeof(detectors) / sizeof(*detectors))

const struct detector *detector_at(size_t index)
{
	return index < DETECTORS ? detectors[index] : NULL;
}

int detector_named(const char *id)
{
	for (size_t i = 0; i < DETECTORS; i++)
		if (strcmp(detectors[i]->id, id) == 0)
			return (int)i;
	return -1;
}

size_t detector_index(const struct detector *detector)
{
	size_t i = 0;

	while (i < DETECTORS && detectors[i] != detector)
		i++;
	return i;
}
