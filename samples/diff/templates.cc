/* SPDX-License-Identifier: MIT */
/*
 * One class template with two arguments; the pool of one of them is filled
 * twice as far. The other, whose functions have the same names, is not.
 * build old -std=c++17 -g -O1
 * build new -std=c++17 -g -O1
 * expect Pool<Large> kept allocations=500:1000 bytes_allocated=100000:200000
 */
#include "../sample.h"

struct Small { char data[20]; };
struct Large { char data[200]; };

template <class T> struct Pool {
	T *items[1000] = {};
	int count = 0;

	SITE void add() { items[count++] = keep_item(new T); }
	static T *keep_item(T *item) { return (T *)keep(item); }
	SITE void clear() { while (count) delete items[--count]; }
};

static Pool<Small> small;
static Pool<Large> large;

int main()
{
	for (int i = 0; i < 1000; i++)
		small.add();
#ifdef OLD
	for (int i = 0; i < 500; i++)
#else
	for (int i = 0; i < 1000; i++)
#endif
		large.add();
	small.clear();
	large.clear();
	return 0;
}
