/* SPDX-License-Identifier: MIT */
/*
 * Counts words. They are so short that std::string keeps them in itself, and
 * the table is made for all of them beforehand; what is allocated are the 600
 * nodes of the table, most of them early on.
 */
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

class Text {
public:
	bool next(std::string &word)
	{
		if (!left--)
			return false;
		seed = seed * 1664525 + 1013904223;
		uint32_t number = (seed >> 20) % 64 * ((seed >> 8) % 64) % 700;
		word.clear();
		do
			word += char('a' + number % 26);
		while (number /= 26);
		word += "ing";
		return true;
	}

private:
	uint32_t seed = 18;
	int left = 4000000;
};

using Counts = std::unordered_map<std::string, uint32_t>;

static Counts counted(Text &text)
{
	Counts counts;
	std::string word;

	counts.reserve(1024);
	while (text.next(word))
		counts[word]++;
	return counts;
}

using Ranks = std::vector<std::pair<uint32_t, std::string>>;

static Ranks sorted(const Counts &counts)
{
	Ranks list;

	list.reserve(counts.size());
	for (const auto &[word, count] : counts)
		list.emplace_back(count, word);
	std::sort(list.rbegin(), list.rend());
	return list;
}

int main()
{
	Text text;
	auto list = sorted(counted(text));

	printf("%zu words, \"%s\" %u times\n", list.size(),
	       list[0].second.c_str(), list[0].first);
	return 0;
}
