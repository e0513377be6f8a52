// SPDX-License-Identifier: MIT-0
// What one thread writes has cache lines of its own.
#include <cstddef>
#include <vector>

struct alignas(64) counter { // one a thread
	unsigned long count = 0;
	unsigned long bytes = 0;
};

static_assert(sizeof(counter) % 64 == 0, "half a line");

// Since C++17 containers, new and make_unique heed alignas.
std::vector<counter> counters_for(std::size_t threads)
{
	return std::vector<counter>(threads);
}
