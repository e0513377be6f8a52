/* SPDX-License-Identifier: MIT */
#include "analyzer/output/how_recorded.h"

#include <time.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

#define NS_PER_S 1000000000ull

char *how_recorded_start(uint64_t realtime_ns)
{
	time_t seconds = (time_t)(realtime_ns / NS_PER_S);
	struct tm tm;
	char text[64];

	if (seconds == 0 || !localtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return xasprintf("at an unknown time");
	return xasprintf("%s", text);
}

char *how_recorded_mode(bool sampled, uint64_t sample_bytes)
{
	char bytes[TEXT_NUMBER_BYTES];

	if (!sampled)
		return xasprintf("every event");
	return xasprintf("1 sample every %s",
			 text_bytes(bytes, (double)sample_bytes));
}
