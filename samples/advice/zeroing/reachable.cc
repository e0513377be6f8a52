/* SPDX-License-Identifier: MIT */
/*
 * Breadth-first searches over a graph, each with its marks and its queue in
 * vectors whose allocator clears: 16 KiB and more by calloc. 30,000 calls of
 * 20,000 bytes, 600 MB to clear in memory used before: even at 80 GB/s, as in
 * cache, 8 of 90 ms of CPU.
 *
 * expect: zeroing Graph::reach
 * allow: hoist Graph::reach
 * allow: pool Graph::reach
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

template <typename T> struct Cleared {
	using value_type = T;
	Cleared() = default;
	template <typename U> Cleared(const Cleared<U> &) {}
	T *allocate(size_t count)
	{
		void *block = calloc(count, sizeof(T));
		if (!block)
			throw std::bad_alloc();
		return static_cast<T *>(block);
	}
	void deallocate(T *block, size_t)
	{
		free(block);
	}
	/* The memory is zero already. */
	template <typename U> void construct(U *) {}
	template <typename U> bool operator==(const Cleared<U> &) const
	{
		return true;
	}
	template <typename U> bool operator!=(const Cleared<U> &) const
	{
		return false;
	}
};

template <typename T> using Zeros = std::vector<T, Cleared<T>>;

class Graph {
public:
	Graph()
	{
		uint32_t seed = 19;
		for (auto &edge : edges) {
			seed = seed * 1664525 + 1013904223;
			edge = (seed >> 8) % Nodes;
		}
	}

	unsigned reach(unsigned from, unsigned steps) const
	{
		Zeros<uint32_t> mark(Nodes);
		unsigned at = from, found = 0;

		for (unsigned step = 0; step < steps; step++) {
			unsigned to = edges[at * 2 + (mark[at] & 1)];
			found += mark[to] == 0;
			mark[at] += 1 + step;
			at = to;
		}
		return found;
	}

	static constexpr unsigned Nodes = 5000;

private:
	uint32_t edges[Nodes * 2];
};

int main()
{
	static Graph graph;
	unsigned long sum = 0;

	for (unsigned i = 0; i < 30000; i++)
		sum += graph.reach(i % Graph::Nodes, 300 + i % 300);
	printf("reached %lu\n", sum);
	return 0;
}
