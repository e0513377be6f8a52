/* SPDX-License-Identifier: MIT */
/*
 * A map of strings, a vector of vectors, a list and a std::function: what
 * several pairs build in two ways. Each function keeps its frame; what the
 * library has below it does not.
 */
#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>
#include "../../sample.h"

#ifndef ENTRIES
#define ENTRIES 1000
#endif

template <class T> SITE void fill_list(std::list<T> &list)
{
	for (int i = 0; i < 1500; i++)
		list.push_back(T(i));
}

/* A node and a string of its own for each entry. */
SITE void fill_map(std::map<int, std::string> &map)
{
	for (int i = 0; i < ENTRIES; i++)
		map.emplace(i, std::string(60, 'm'));
}

SITE void fill_rows(std::vector<std::vector<double>> &rows)
{
	for (int i = 0; i < 1000; i++) {
		rows[i].reserve(4);
		rows[i].push_back(i);
	}
}

SITE long call(const std::function<long(long)> &function)
{
	return function(1);
}

int main()
{
	std::map<int, std::string> map;
	std::vector<std::vector<double>> rows(1000);
	std::list<int> numbers;
	std::list<double> fractions;
	long sum = 0;

	fill_map(map);
	fill_rows(rows);
	fill_list(numbers);
	fill_list(fractions);
	for (long i = 0; i < 800; i++) {
		long a = i, b = 2 * i, c = 3 * i;

		sum += call([a, b, c](long x) { return a + b + c + x; });
	}
	return sum == 0;
}
