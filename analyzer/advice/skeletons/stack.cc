// SPDX-License-Identifier: MIT-0
// A buffer on the stack, and the heap for what is larger.
#include <cstddef>
#include <cstring>
#include <memory>

template <typename T, std::size_t count>
class small_buffer {
	T local[count]; // not initialised
	std::unique_ptr<T[]> heap;
	T *start;

public:
	explicit small_buffer(std::size_t wanted)
		: heap(wanted > count ? new T[wanted] : nullptr),
		  start(heap ? heap.get() : local)
	{
	}
	small_buffer(const small_buffer &) = delete;
	small_buffer &operator=(const small_buffer &) = delete;
	T *data() { return start; }
};

std::size_t work(const char *from, std::size_t size)
{
	small_buffer<char, @bytes@> buffer(size);

	std::memcpy(buffer.data(), from, size); // your work
	return size; // never a pointer into it
}
