/* SPDX-License-Identifier: MIT */
/*
 * Counts primes segment by segment, and the gaps between them. Its vectors are
 * reserved once and used again: that is how one would want it, and there is
 * nothing to say.
 */
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

class Sieve {
public:
	Sieve(uint32_t segment, uint32_t root) : composite(segment)
	{
		small.reserve(root / 4);
		for (uint32_t n = 2; n <= root; n++)
			if (is_prime(n))
				small.push_back(n);
	}

	template <typename Found> void segment(uint64_t from, Found found)
	{
		composite.assign(composite.size(), 0);
		for (uint32_t p : small) {
			uint64_t at = (from + p - 1) / p * p;
			if (at < uint64_t(p) * p)
				at = uint64_t(p) * p;
			for (; at < from + composite.size(); at += p)
				composite[at - from] = 1;
		}
		for (size_t i = 0; i < composite.size(); i++)
			if (!composite[i] && from + i > 1)
				found(from + i);
	}

private:
	std::vector<uint8_t> composite;
	std::vector<uint32_t> small;

	bool is_prime(uint32_t n) const
	{
		for (uint32_t p : small)
			if (uint64_t(p) * p > n)
				break;
			else if (n % p == 0)
				return false;
		return true;
	}
};

static int kind_of(uint64_t gap)
{
	return gap == 2 ? 0 : gap == 4 ? 1 : gap == 6 ? 2 : 3;
}

int main()
{
	const uint32_t Segment = 1 << 16;
	Sieve sieve(Segment, 7000);
	std::map<std::string, uint32_t> gaps;
	const std::string names[] = { "twins", "cousins", "sexy", "far" };
	uint64_t before = 2, primes = 0;

	for (const auto &name : names)
		gaps[name] = 0;
	for (uint64_t at = 0; at < uint64_t(Segment) * 600; at += Segment)
		sieve.segment(at, [&](uint64_t prime) {
			uint64_t gap = prime - before;
			gaps[names[kind_of(gap)]]++;
			before = prime;
			primes++;
		});
	printf("%llu primes, %u twins, %u far apart\n",
	       (unsigned long long)primes, gaps["twins"], gaps["far"]);
	return 0;
}
