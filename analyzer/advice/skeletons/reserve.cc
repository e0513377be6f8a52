// SPDX-License-Identifier: MIT-0
// Nine in ten need no more than first_bytes: ask for that at once.
#include <cstddef>
#include <string>
#include <vector>

constexpr std::size_t first_bytes = @bytes@;

struct item { // of yours
	long value;
};

// Best where the number is known.
std::vector<item> copy(const item *from, std::size_t count)
{
	std::vector<item> items;
	items.reserve(count);
	for (std::size_t i = 0; i < count; i++)
		items.push_back(from[i]);
	return items;
}

// Where it is not: what nearly all of them need.
std::vector<item> collect(bool (*next)(item &))
{
	std::vector<item> items;
	items.reserve(first_bytes / sizeof(item) + 1);
	for (item i; next(i);)
		items.push_back(i);
	items.shrink_to_fit(); // only if it is kept for long
	return items;
}
