// SPDX-License-Identifier: MIT-0
// A stack of memory: what was taken in a scope goes at its end.
#include <cstddef>
#include <memory>
#include <memory_resource>

class memory_stack : public std::pmr::memory_resource {
	static constexpr std::size_t bytes = @bytes@; // the largest round's
	std::unique_ptr<std::byte[]> kept{ new std::byte[bytes] };
	std::size_t used = 0;

	bool is_ours(void *p) const
	{
		return p >= kept.get() && p < kept.get() + bytes;
	}
	void *do_allocate(std::size_t size, std::size_t align) override
	{
		void *p = kept.get() + used;
		std::size_t room = bytes - used;
		if (!std::align(align, size ? size : 1, p, room))
			return ::operator new(size, std::align_val_t(align));
		used = bytes - room + (size ? size : 1);
		return p;
	}
	void do_deallocate(void *p, std::size_t, std::size_t align) override
	{
		if (!is_ours(p)) // it did not fit
			::operator delete(p, std::align_val_t(align));
	}
	bool do_is_equal(const memory_resource &other) const noexcept override
	{
		return this == &other;
	}

public:
	class scope { // before the containers that use the stack
		memory_stack &stack;
		std::size_t mark;

	public:
		explicit scope(memory_stack &s) : stack(s), mark(s.used) {}
		~scope() { stack.used = mark; }
		scope(const scope &) = delete;
		scope &operator=(const scope &) = delete;
	};
};
