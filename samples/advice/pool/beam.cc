/* SPDX-License-Identifier: MIT */
/*
 * Beam search for a good tour over 24 towns: each generation makes five
 * longer tours of every one of the best 60, keeps the best 60 of those, and
 * lets all others go, the parents with them. 2,999,255 calls of 88 bytes, at
 * most 360 live (turnover 8,331), the allocator's own cache hits 88%, since
 * it takes 7 at a time from the free lists behind it.
 *
 * expect: pool Search::extended
 */
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <vector>

static const int Towns = 24, Width = 60, Branch = 5;

struct Tour {
	std::array<uint8_t, Towns * 3> road{};
	uint32_t visited = 0;
	int length = 0;
	double cost = 0;
#ifdef FIXED
	union Slot {
		Slot *next;
	};
	static inline Slot *idle = nullptr;
	static void *operator new(size_t size)
	{
		Slot *slot = idle;
		if (!slot)
			return ::operator new(size);
		idle = slot->next;
		return slot;
	}
	static void operator delete(void *block)
	{
		idle = new (block) Slot{ idle };
	}
	static void trim()
	{
		while (Slot *slot = idle) {
			idle = slot->next;
			::operator delete(slot);
		}
	}
#endif
};

using Beam = std::vector<std::unique_ptr<Tour>>;

class Search {
public:
	explicit Search(uint32_t seed) : seed(seed)
	{
		for (auto &row : distance)
			for (auto &d : row)
				d = draw() % 1000;
		next.reserve(Width * Branch);
	}

	double run(int generations)
	{
		Beam beam;
		double sum = 0;

		beam.reserve(Width * Branch);
		beam.push_back(std::make_unique<Tour>());
		for (int g = 0; g < generations; g++) {
			generation(beam);
			sum += beam.front()->cost;
		}
		return sum;
	}

private:
	uint32_t seed;
	std::array<std::array<double, Towns>, Towns> distance;
	Beam next;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	/* Roads that turn back past the town before last are dear. */
	double crossings(const Tour &tour) const
	{
		double dear = 0;
		for (int i = 2; i < tour.length; i++)
			if (distance[tour.road[i]][tour.road[i - 2]] <
			    distance[tour.road[i]][tour.road[i - 1]])
				dear += 1;
		return dear;
	}

	std::unique_ptr<Tour> extended(const Tour &old, int town)
	{
		auto tour = std::make_unique<Tour>(old);
		int from = old.length ? old.road[(old.length - 1) % Towns] : 0;

		if (tour->length == Towns) {	/* round again */
			tour->length = 0;
			tour->visited = 0;
			tour->cost *= 0.5;
		}
		if (tour->visited >> town & 1)
			tour->cost += 500;
		tour->visited |= 1u << town;
		tour->road[tour->length++] = uint8_t(town);
		tour->cost += distance[from][town] + crossings(*tour);
		return tour;
	}

	void generation(Beam &beam)
	{
		for (auto &tour : beam)
			for (int i = 0; i < Branch; i++)
				next.push_back(extended(*tour, draw() % Towns));
		if (next.size() > Width)
			std::nth_element(next.begin(), next.begin() + Width,
					 next.end(), [](auto &a, auto &b) {
						 return a->cost < b->cost;
					 });
		beam.swap(next);
		if (beam.size() > Width)
			beam.resize(Width);
		next.clear();
	}
};

int main()
{
	printf("cost %.0f\n", Search(5).run(10000));
#ifdef FIXED
	Tour::trim();
#endif
	return 0;
}
