// SPDX-License-Identifier: MIT-0
// A free list for each thread, where at most `cap` objects wait.
#include <cstddef>
#include <memory>
#include <vector>

struct object {
	unsigned char bytes[@bytes@]; // your members
};

class object_pool {
	static constexpr std::size_t cap = @capacity@, begin = @prewarm@;
	std::vector<std::unique_ptr<object>> idle;

	object_pool()
	{
		while (idle.size() < begin)
			idle.push_back(std::make_unique<object>());
	}
	static object_pool &mine()
	{
		thread_local object_pool pool;
		return pool;
	}
	struct giver {
		void operator()(object *o) const
		{
			std::unique_ptr<object> back(o);
			if (mine().idle.size() < cap)
				mine().idle.push_back(std::move(back));
		}
	};

public:
	using pointer = std::unique_ptr<object, giver>; // goes back by itself

	static pointer get() // as its last user left it: reset it
	{
		auto &idle = mine().idle;
		if (idle.empty())
			return pointer(new object());
		pointer o(idle.back().release());
		idle.pop_back();
		return o;
	}
};
