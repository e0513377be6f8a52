// SPDX-License-Identifier: MIT-0
// Grow by a factor. A vector does so by itself, unless reserve(size() + n)
// before each step, or a shrink_to_fit() after it, takes that away.
#include <algorithm>
#include <cstddef>
#include <vector>

constexpr std::size_t first_bytes = @bytes@; // nine in ten need no more

// In place of v.reserve(v.size() + more).
template <typename T>
void reserve_more(std::vector<T> &v, std::size_t more)
{
	std::size_t wanted = v.size() + more;

	if (wanted <= v.capacity())
		return;
	v.reserve(std::max({ wanted, v.capacity() * 2,
			     first_bytes / sizeof(T) + 1 }));
}

void append(std::vector<char> &to, const char *from, std::size_t len)
{
	reserve_more(to, len);
	to.insert(to.end(), from, from + len);
}
