// SPDX-License-Identifier: MIT-0
// One string or vector outside the loop: clear() keeps its memory.
#include <cstddef>
#include <string>
#include <vector>

constexpr std::size_t first_bytes = @bytes@; // 99 of 100 rounds need no more

std::size_t work(const std::vector<std::string> &lines)
{
	std::string buffer; // before the loop, not in it
	std::size_t sum = 0;

	buffer.reserve(first_bytes);
	for (const auto &line : lines) {
		buffer.clear();
		buffer.append(line); // your round
		sum += buffer.size();
	}
	return sum;
}
