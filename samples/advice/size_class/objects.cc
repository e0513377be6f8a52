/* SPDX-License-Identifier: MIT */
/*
 * A store of objects, known by the 40 hexadecimal digits of their hash, kept
 * as std::string: 41 bytes with the zero, a block of 56. @FIG
 *
 * expect: size-class hex
 * allow: arena *
 */
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unordered_set>
#include <vector>

struct Hash {
	uint32_t words[5];
};

static Hash digest(uint64_t content)
{
	Hash hash;
	uint64_t state = content;

	for (uint32_t &word : hash.words) {
		for (int i = 0; i < 16; i++)
			state = (state ^ state >> 29) * 0xbf58476d1ce4e5b9;
		word = uint32_t(state >> 16);
	}
	return hash;
}

static std::string hex(const Hash &hash)
{
	std::string text(40, '0');

	for (int i = 0; i < 40; i++)
		text[i] = "0123456789abcdef"[hash.words[i / 8] >>
					     i % 8 * 4 & 15];
	return text;
}

class Store {
public:
	Store() { names.reserve(100000); }

	void add(uint64_t content)
	{
		names.push_back(hex(digest(content)));
		checked += names.back()[content % 40];
	}

	uint64_t sorted()
	{
		uint64_t sum = checked;
		std::sort(names.begin(), names.end());
		for (const auto &name : names)
			sum = sum * 31 + name[0];
		return sum;
	}

private:
	std::vector<std::string> names;
	uint64_t checked = 0;
};

int main()
{
	Store store;

	for (uint64_t i = 0; i < 100000; i++)
		store.add(i);
	printf("sorted %lx\n", (unsigned long)store.sorted());
	return 0;
}
