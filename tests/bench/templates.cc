// SPDX-License-Identifier: MIT
// What a C++ compiler gets to see: the library's heavier headers, a recursion
// of templates, and containers and algorithms of many types. -DTYPES=N says of
// how many.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#ifndef TYPES
#define TYPES 24
#endif

template <int N> struct record {
	std::array<int, N + 1> fields{};
	std::string name;

	bool operator<(const record &other) const
	{
		return std::tie(fields, name) < std::tie(other.fields, other.name);
	}
};

template <int N> int work(int seed)
{
	std::vector<record<N>> records(static_cast<std::size_t>(seed % 100 + 1));
	std::map<std::string, std::shared_ptr<record<N>>> by_name;
	std::unordered_map<int, std::function<int(const record<N> &)>> actions;
	std::variant<int, record<N>, std::vector<record<N>>> any = records;

	std::sort(records.begin(), records.end());
	for (auto &r : records) {
		r.name = std::to_string(r.fields[0] + seed);
		by_name.emplace(r.name, std::make_shared<record<N>>(r));
		actions[seed] = [&](const record<N> &o) {
			return o.fields[N] + r.fields[0];
		};
	}
	return std::visit([&](auto &value) {
		using T = std::decay_t<decltype(value)>;
		if constexpr (std::is_same_v<T, int>)
			return value;
		else if constexpr (std::is_same_v<T, record<N>>)
			return actions[seed](value);
		else
			return static_cast<int>(value.size() + by_name.size());
	}, any);
}

template <int... N> int all(int seed, std::integer_sequence<int, N...>)
{
	return (work<N>(seed) + ...);
}

int matches(const std::string &text)
{
	static const std::regex pattern("([a-z]+)-([0-9]+)(:.*)?");
	std::smatch found;

	return std::regex_match(text, found, pattern) ? (int)found.size() : 0;
}

int main(int argc, char **argv)
{
	return all(argc, std::make_integer_sequence<int, TYPES>()) +
	       matches(argv[0]);
}
