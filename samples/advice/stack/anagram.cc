/* SPDX-License-Identifier: MIT */
/*
 * Looks for anagrams among phrases: of two phrases the letters are brought into
 * order in two strings of its own, which are compared. 124,000 calls of 31
 * bytes, 2 live at most, every one freed at the end of the call of
 * same_letters() that made it.
 *
 * expect: stack same_letters
 */
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace words {

class Random {
public:
	unsigned below(unsigned n)
	{
		state_ = state_ * 1664525u + 1013904223u;
		return (state_ >> 8) % n;
	}

private:
	unsigned state_ = 9;
};

static bool same_letters(const std::string &a, const std::string &b)
{
	const std::string *phrase[2] = { &a, &b };
	std::string letters[2];

	for (int i = 0; i < 2; i++) {
		letters[i].assign(*phrase[i]);
		std::sort(letters[i].begin(), letters[i].end());
	}
	return letters[0] == letters[1];
}

class Phrases {
public:
	explicit Phrases(int count);
	int anagrams() const;

private:
	std::vector<std::string> all_;
};

Phrases::Phrases(int count)
{
	Random random;

	all_.reserve(count);
	for (int i = 0; i < count; i++) {
		if (i % 3 == 2) {
			std::string twin = all_[random.below(i)];

			std::reverse(twin.begin(), twin.end());
			all_.push_back(std::move(twin));
			continue;
		}
		std::string phrase(17 + random.below(10), ' ');

		for (char &c : phrase)
			c = 'a' + random.below(26);
		all_.push_back(std::move(phrase));
	}
}

int Phrases::anagrams() const
{
	int found = 0;

	for (size_t i = 0; i < all_.size(); i++)
		for (size_t j = 0; j < i; j++)
			found += all_[i].size() == all_[j].size() &&
				 same_letters(all_[i], all_[j]);
	return found;
}

} /* namespace words */

int main()
{
	words::Phrases phrases(1100);

	std::printf("%d anagrams\n", phrases.anagrams());
	return 0;
}
