/* SPDX-License-Identifier: MIT */
/* A plugin in C++, which brings libstdc++ into a C program: see plugin.c. */
#include <stdexcept>
#include <string>

extern "C" unsigned long throw_and_catch(int times)
{
	unsigned long caught = 0;

	while (times--) {
		try {
			throw std::runtime_error(std::string(200, 'x'));
		} catch (const std::exception &e) {
			caught += e.what()[199] == 'x';
		}
	}
	return caught;
}
