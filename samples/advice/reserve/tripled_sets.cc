/* SPDX-License-Identifier: MIT */
/*
 * A graph's neighbour sets, each a sorted array that triples when it is full:
 * new block, copy, delete the old one. 14,000 sets of up to 4 blocks; turnover
 * 17. Growth in large steps leaves little to save; some 3,000 of the sets are
 * alive at a time.
 *
 * near: reserve growth: by 3, over 2.5; 0.48 of the final bytes copied
 */
#include <algorithm>
#include <cstdio>
#include <memory>

namespace {

class SmallSet {
public:
	bool insert(unsigned value)
	{
		unsigned *end = values.get() + used;
		unsigned *place = std::lower_bound(values.get(), end, value);
		if (place != end && *place == value)
			return false;
		if (used == room) {
			size_t at = size_t(place - values.get());
			widen();
			place = values.get() + at;
			end = values.get() + used;
		}
		std::copy_backward(place, end, end + 1);
		*place = value;
		used++;
		return true;
	}
	void clear()
	{
		values.reset();
		used = room = 0;
	}
	size_t size() const { return used; }

private:
	[[gnu::noinline]] void widen()
	{
		size_t wider = room ? room * 3 : 6;
		std::unique_ptr<unsigned[]> copy(new unsigned[wider]);
		std::copy(values.get(), values.get() + used, copy.get());
		values = std::move(copy);
		room = wider;
	}

	std::unique_ptr<unsigned[]> values;
	size_t used = 0, room = 0;
};

class Graph {
public:
	static constexpr unsigned nodes = 3000;

	void link(unsigned a, unsigned b)
	{
		edges += sets[a].insert(b);
		edges += sets[b].insert(a);
	}
	void forget(unsigned node)
	{
		edges -= sets[node].size();
		sets[node].clear();
	}
	unsigned long edges = 0;

private:
	std::unique_ptr<SmallSet[]> sets = std::make_unique<SmallSet[]>(nodes);
};

} // namespace

int main()
{
	Graph graph;
	unsigned seed = 15;
	unsigned long sum = 0;

	for (unsigned i = 0; i < 440000; i++) {
		seed = seed * 1103515245 + 12345;
		unsigned a = (seed >> 8) % Graph::nodes;
		seed = seed * 1103515245 + 12345;
		graph.link(a, (seed >> 8) % Graph::nodes);
		if (i % 40 == 39)
			graph.forget(i / 40 * 7 % Graph::nodes);
		sum += graph.edges;
	}
	std::printf("%lu\n", sum);
}
