/* SPDX-License-Identifier: MIT */
/*
 * 1,000 C++ exceptions thrown through 5 frames, each of which holds a string
 * of 100 characters (101 bytes) that the unwinding destroys, and a
 * std::vector<char> that grew 1, 2, 4, ... 64 bytes before the throw.
 * expect site descend allocations>=5000 leaked_bytes=0
 * expect site grow allocations=7000 bytes_allocated=127000 leaked_bytes=0
 */
#include <stdexcept>
#include <string>
#include <vector>
#include "sample.h"

extern "C" SITE void grow(void)
{
	std::vector<char> v;

	for (int i = 0; i < 64; i++)
		v.push_back('x');
	keep(v.data());
}

extern "C" SITE void descend(int depth)
{
	std::string held(100, 'x');

	keep(&held[0]);
	if (depth == 1) {
		grow();
		throw std::runtime_error("bottom");
	}
	descend(depth - 1);
}

int main()
{
	unsigned long caught = 0;

	for (int i = 0; i < 1000; i++) {
		try {
			descend(5);
		} catch (const std::exception &e) {
			caught += !strcmp(e.what(), "bottom");
		}
	}
	say_number("caught", caught);
	return 0;
}
