// SPDX-License-Identifier: MIT-0
// Memory that is not cleared, where all of it is written before it is read.
#include <cstddef>
#include <cstring>
#include <memory>

// `new T[n]` leaves numbers as they are; `new T[n]()`, std::make_unique<T[]>
// and std::vector<T>(n) clear them. (C++20: std::make_unique_for_overwrite.)
std::unique_ptr<long[]> copy(const long *from, std::size_t count)
{
	std::unique_ptr<long[]> to(new long[count]);

	std::memcpy(to.get(), from, count * sizeof(*from));
	return to;
}
