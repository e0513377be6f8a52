// SPDX-License-Identifier: MIT-0
// Free lists of a few sizes, for std::pmr containers of one thread:
//	thread_local sized_pool pool;
//	std::pmr::string text(&pool);
#include <cstddef>
#include <memory_resource>
#include <vector>

class sized_pool : public std::pmr::memory_resource {
	static constexpr std::size_t sizes[] = { @sizes@ };
	static constexpr std::size_t count = std::size(sizes);
	static constexpr std::size_t cap = @capacity@; // blocks that wait
	static constexpr std::size_t align = alignof(std::max_align_t);
	std::vector<void *> idle[count];

	static std::size_t list_of(std::size_t bytes, std::size_t alignment)
	{
		std::size_t i = alignment > align ? count : 0;
		while (i < count && sizes[i] < bytes)
			i++;
		return i; // count: not ours
	}
	void *do_allocate(std::size_t bytes, std::size_t alignment) override
	{
		std::size_t i = list_of(bytes, alignment);
		if (i == count)
			return upstream->allocate(bytes, alignment);
		if (idle[i].empty())
			return upstream->allocate(sizes[i], align);
		void *block = idle[i].back();
		idle[i].pop_back();
		return block;
	}
	void do_deallocate(void *block, std::size_t bytes,
			   std::size_t alignment) override
	{
		std::size_t i = list_of(bytes, alignment);
		if (i == count)
			upstream->deallocate(block, bytes, alignment);
		else if (idle[i].size() < cap)
			idle[i].push_back(block);
		else
			upstream->deallocate(block, sizes[i], align);
	}
	bool do_is_equal(const memory_resource &other) const noexcept override
	{
		return this == &other;
	}
	std::pmr::memory_resource *upstream = std::pmr::new_delete_resource();

public:
	~sized_pool() override
	{
		for (std::size_t i = 0; i < count; i++)
			for (void *block : idle[i])
				upstream->deallocate(block, sizes[i], align);
	}
};
