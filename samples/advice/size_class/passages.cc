/* SPDX-License-Identifier: MIT */
/*
 * Passages of 152 letters that a search engine shows, as std::string: 153
 * bytes in a block of 168, just above a class, too. 90,000 live at peak, 1.29
 * MiB of slack.
 *
 * near: size-class slack of 8.9% at peak, under 10%
 * allow: arena *
 */
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>

class Text {
public:
	explicit Text(uint32_t seed) : seed(seed) {}

	char letter()
	{
		seed = seed * 1664525 + 1013904223;
		return char('a' + (seed >> 27) % 26);
	}

	std::string passage()
	{
		std::string text(152, ' ');
		for (size_t i = 0; i < text.size(); i++)
			if (i % 7 != 6)
				text[i] = letter();
		return text;
	}

private:
	uint32_t seed;
};

static int rank(const std::string &passage, const char *word)
{
	int hits = 0;

	for (size_t at = passage.find(word); at != std::string::npos;
	     at = passage.find(word, at + 1))
		hits++;
	return hits;
}

int main()
{
	std::deque<std::string> passages;
	Text text(14);
	long hits = 0;

	for (int i = 0; i < 90000; i++) {
		passages.push_back(text.passage());
		hits += rank(passages.back(), "ba");
	}
	printf("hits %ld\n", hits);
	return 0;
}
