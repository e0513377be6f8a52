// SPDX-License-Identifier: MIT-0
// An object that fits what the allocator grants, and a check that it stays so:
// one byte more, and each block takes 16 bytes more.
#include <cstddef>
#include <cstdint>
#include <vector>

constexpr std::size_t class_bytes = @bytes@;

// Largest members first, so that nothing is lost between them; flags as bits;
// a number of 32 bits in place of a pointer into an array.
struct object {
	unsigned char yours[class_bytes > 8 ? class_bytes - 8 : 1];
	std::uint32_t parent;
	unsigned int is_open : 1, is_used : 1, kind : 6;
};

static_assert(sizeof(object) <= (class_bytes > 12 ? class_bytes : 12),
	      "object is larger than what one block holds");

// A buffer of any size: ask for all that will be granted.
std::vector<char> buffer_of(std::size_t wanted)
{
	std::vector<char> buffer;

	buffer.reserve(wanted <= 24 ? 24 : (wanted + 7) / 16 * 16 + 8);
	buffer.resize(wanted);
	return buffer;
}
