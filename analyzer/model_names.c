/* SPDX-License-Identifier: MIT */
#include "analyzer/model_names.h"

#include <stddef.h>

#include "include/dump_format.h"

static const char *name_of(const char *const *names, size_t count, uint64_t n)
{
	return n < count && names[n] ? names[n] : "unknown";
}

#define NAME(names, number) \
	name_of(names, sizeof(names) / sizeof(names[0]), number)

const char *model_mode_name(uint64_t mode)
{
	static const char *const names[] = {
		[MODE_EXACT] = "exact",
		[MODE_SAMPLED] = "sampled",
	};

	return NAME(names, mode);
}

const char *model_clock_name(uint64_t clock)
{
	static const char *const names[] = {
		[CLOCK_UNIT_TSC] = "tsc",
		[CLOCK_UNIT_MONOTONIC_NS] = "monotonic",
	};

	return NAME(names, clock);
}

const char *model_drainer_name(uint64_t drainer)
{
	static const char *const names[] = {
		[DRAINER_COLLECTOR] = "collector",
		[DRAINER_SELF] = "self",
	};

	return NAME(names, drainer);
}

const char *model_on_full_name(uint64_t on_full)
{
	static const char *const names[] = {
		[ON_FULL_WAIT] = "wait",
		[ON_FULL_DROP] = "drop",
	};

	return NAME(names, on_full);
}

const char *model_end_name(uint64_t reason)
{
	static const char *const names[] = {
		[0] = "none",
		[END_EXIT] = "exit",
		[END_UNDER_EXIT] = "_exit",
		[END_DIED] = "died",
		[END_EXEC] = "exec",
	};

	return NAME(names, reason);
}

const char *model_end_text(uint64_t reason)
{
	static const char *const texts[] = {
		[0] = "not known: the dump has no end",
		[END_EXIT] = "it exited",
		[END_UNDER_EXIT] = "it exited by _exit or quick_exit",
		[END_DIED] = "it was killed, or ended without exit handlers",
		[END_EXEC] = "it became another program by exec",
	};

	return NAME(texts, reason);
}
