/* SPDX-License-Identifier: MIT */
/*
 * A warehouse in a std::map: articles come and go one by one, in no order, and
 * are looked for much more often. A node of 48 bytes goes as another comes, so
 * that the allocator has one at hand each time: 150,000 allocations, and no
 * remedy that would be worth its code.
 */
#include <cstdint>
#include <cstdio>
#include <map>

class Warehouse {
public:
	void come(uint32_t article, uint32_t amount)
	{
		stock[article] += amount;
	}

	bool go(uint32_t article)
	{
		auto at = stock.lower_bound(article);
		if (at == stock.end())
			at = stock.begin();
		if (at == stock.end())
			return false;
		shipped = shipped * 3 + at->first + at->second;
		stock.erase(at);
		return true;
	}

	uint64_t worth(uint32_t from, int shelves) const
	{
		uint64_t sum = 0;
		for (auto at = stock.lower_bound(from);
		     at != stock.end() && shelves; ++at, shelves--)
			sum += uint64_t(at->first % 100) * at->second;
		return sum;
	}

	size_t articles() const { return stock.size(); }
	uint64_t shipped = 0;

private:
	std::map<uint32_t, uint64_t> stock;
};

static uint64_t days(Warehouse &house, int count)
{
	uint32_t seed = 55;
	uint64_t worth = 0;

	while (count--) {
		seed = seed * 1664525 + 1013904223;
		house.come(seed >> 4, 1 + seed % 50);
		if (house.articles() > 1500)
			house.go(seed * 2654435761u >> 4);
		for (uint32_t i = 0; i < 6; i++)
			worth += house.worth((seed >> 4) * (i + 3) >> 4, 10);
	}
	return worth;
}

int main()
{
	Warehouse house;
	uint64_t worth = days(house, 150000);

	printf("worth %llu, shipped %llu\n", (unsigned long long)worth,
	       (unsigned long long)house.shipped);
	return 0;
}
