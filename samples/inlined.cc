/* SPDX-License-Identifier: MIT */
/*
 * Calls that the compiler inlines, of templates, members and lambdas. Each
 * `stack` comment is a frame: a letter for the stack, the frame's place in it
 * (0 is the one that allocates), an i if it is inlined into the next, and the
 * name; the line is the comment's own. tests/e2e/symbols.sh builds this with
 * -O2 -g and compares each stack as a whole, from frame 0 to main().
 * expect site main allocations=6 leaked_blocks=6
 */
#include "sample.h"

#define INLINE inline __attribute__((always_inline))

namespace shop
{
template <typename T, int N> struct shelf {
	T *items;

	INLINE void fill(int n)
	{
		/* Multiplied first: a line of its own for the call. */
		size_t bytes = sizeof(T) * N * n;

		items = (T *)malloc(bytes); // stack A0i shop::shelf<int, 3>::fill(int) | B0i shop::shelf<double, 2>::fill(int)
	}
};

template <typename T, int N> INLINE T *stock(int n)
{
	shelf<T, N> s;

	s.fill(n + 1); // stack A1i int* shop::stock<int, 3>(int) | B1i double* shop::stock<double, 2>(int)
	return s.items;
}

template <typename T, int N> INLINE T *order(int n)
{
	T *items = stock<T, N>(n * 2); // stack A2i int* shop::order<int, 3>(int) | B2i double* shop::order<double, 2>(int)

	items[0] = T(n);
	return items;
}

template <typename T, int N> SITE T *open_shop(int n)
{
	T *items = order<T, N>(n); // stack A3 int* shop::open_shop<int, 3>(int) | B3 double* shop::open_shop<double, 2>(int)

	return (T *)keep(items);
}

/* A lambda that stays a function, and one that does not. */
SITE char *deliver(int n)
{
	auto pack = [](int bytes) __attribute__((noinline)) {
		return keep(malloc(bytes)); // stack C0 shop::deliver(int)::{lambda(int)#1}::operator()(int) const
	};
	auto send = [&](int bytes) __attribute__((always_inline)) {
		void *box = pack(bytes + 1); // stack C1i shop::deliver(int)::{lambda(int)#2}::operator()(int) const

		memset(box, 1, bytes);
		return box;
	};

	return (char *)keep(send(n)); // stack C2 shop::deliver(int)
}

template <typename Action> INLINE void twice(Action action)
{
	action(1); // stack D1i void shop::twice<shop::cellar(int)::{lambda(int)#1}>(shop::cellar(int)::{lambda(int)#1})
	action(2); // stack E1i void shop::twice<shop::cellar(int)::{lambda(int)#1}>(shop::cellar(int)::{lambda(int)#1})
}

SITE void cellar(int n)
{
	twice([=](int i) __attribute__((always_inline)) { // stack D2 shop::cellar(int) | E2 shop::cellar(int)
		keep(malloc(n * 100 + i)); // stack D0i shop::cellar(int)::{lambda(int)#1}::operator()(int) const | E0i shop::cellar(int)::{lambda(int)#1}::operator()(int) const
	});
	keep(nullptr);
}

struct base {
	virtual void *grow(int n) const = 0;
	virtual ~base() = default;
};

struct plant : base {
	SITE void *grow(int n) const override
	{
		return keep(calloc(n, 3)); // stack F0 shop::plant::grow(int) const
	}
};

SITE const base *garden()
{
	static plant p;

	return (const base *)keep(&p);
}
}

int main(int argc, char **)
{
	keep(shop::open_shop<int, 3>(argc)); // stack A4 main
	keep(shop::open_shop<double, 2>(argc)); // stack B4 main
	keep(shop::deliver(argc)); // stack C3 main
	shop::cellar(argc); // stack D3 main | E3 main
	keep(shop::garden()->grow(argc)); // stack F1 main
	return 0;
}
