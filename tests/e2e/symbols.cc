/* SPDX-License-Identifier: MIT */
/* A C++ program with many places that allocate, deep in its library. */
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace many
{
template <int N> struct thing {
	std::string name = std::string(40 + N, 'x');
	int values[N + 1] = {};
};

template <int N> std::shared_ptr<thing<N>> make(std::vector<thing<N>> &all)
{
	auto copy = [&](int i) { return std::make_shared<thing<N>>(all[i]); };

	for (int i = 0; i < 4; i++)
		all.push_back(thing<N>());
	return copy(N % 4);
}

template <int N> void run()
{
	std::map<int, thing<N>> sorted;
	std::unordered_map<std::string, std::shared_ptr<thing<N>>> hashed;
	std::function<void(int)> put = [&](int i) {
		std::vector<thing<N>> all;

		hashed[std::to_string(i) + sorted[i].name] = make(all);
	};

	for (int i = 0; i < 20; i++)
		put(i);
	if constexpr (N > 0)
		run<N - 1>();
}
}

int main()
{
	std::ostringstream text;

	many::run<THINGS>();
	text << std::regex_match("abcbd", std::regex("a(b|c)*d[x-z]?"));
	return text.str() != "1";
}
