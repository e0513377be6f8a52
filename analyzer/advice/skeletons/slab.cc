// SPDX-License-Identifier: MIT-0
// Objects in batches: one block of the allocator's for many of them. They stay
// where they are, are known by a number of 32 bits, and go all at once.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

struct object {
	unsigned char bytes[@bytes@]; // your members
};

class slab {
	static constexpr std::size_t batch = @capacity@;
	std::vector<std::unique_ptr<object[]>> batches;
	std::vector<std::uint32_t> freed; // to be used again
	std::uint32_t count = 0;

public:
	object &operator[](std::uint32_t number)
	{
		return batches[number / batch][number % batch];
	}
	std::uint32_t add()
	{
		if (!freed.empty()) {
			std::uint32_t number = freed.back();
			freed.pop_back();
			(*this)[number] = object();
			return number;
		}
		if (count == batches.size() * batch)
			batches.push_back(std::make_unique<object[]>(batch));
		return count++;
	}
	void remove(std::uint32_t number) { freed.push_back(number); }
};
