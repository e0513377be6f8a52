// SPDX-License-Identifier: MIT-0
// One string or vector outside the loop: clear() keeps its memory. Few rounds
// need much more than the others, so let go of what has grown large.
#include <cstddef>
#include <string>
#include <vector>

constexpr std::size_t kept_bytes = @bytes@; // 99 of 100 rounds need no more

std::size_t work(const std::vector<std::string> &lines)
{
	std::string buffer; // before the loop, not in it
	std::size_t sum = 0;

	buffer.reserve(kept_bytes);
	for (const auto &line : lines) {
		buffer.clear();
		buffer.append(line); // your round
		sum += buffer.size();
		if (buffer.capacity() > 2 * kept_bytes) {
			std::string().swap(buffer);
			buffer.reserve(kept_bytes);
		}
	}
	return sum;
}
