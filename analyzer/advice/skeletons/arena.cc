// SPDX-License-Identifier: MIT-0
// A region: blocks are handed out one behind another, all go at once.
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

class region {
	static constexpr std::size_t bytes = @bytes@; // the largest round's
	std::unique_ptr<std::byte[]> kept{ new std::byte[bytes] };

public:
	std::pmr::monotonic_buffer_resource memory{ kept.get(), bytes };
};

// One round. Its containers take the region's memory, and their elements too.
static std::size_t round_of(region &r, const char *const *words,
			    std::size_t count)
{
	std::pmr::vector<std::pmr::string> list(&r.memory);

	for (std::size_t i = 0; i < count; i++)
		list.emplace_back(words[i]);
	return list.size(); // nothing of it may outlive the round
}

std::size_t work(const char *const *words, std::size_t count, int rounds)
{
	region r; // before the loop; one a thread
	std::size_t sum = 0;

	for (int i = 0; i < rounds; i++) {
		sum += round_of(r, words, count);
		r.memory.release(); // back to the buffer's start
	}
	return sum;
}
