/* SPDX-License-Identifier: MIT */
/*
 * Every form of operator new and delete. libstdc++ allocates its emergency
 * pool at start, so the totals are told by site: 8 allocations, sizes 1, 2, 4,
 * ... 128, one by each form of new; freed by every form of delete. libstdc++
 * rounds the size of aligned forms up to their alignment, here 64.
 * expect site forms allocations=8 bytes_allocated=335 leaked_bytes=0
 * expect site plain allocations=1 bytes_allocated=1
 * expect site array allocations=1 bytes_allocated=2
 * expect site plain_nothrow allocations=1 bytes_allocated=4
 * expect site array_nothrow allocations=1 bytes_allocated=8
 * expect site plain_aligned allocations=1 bytes_allocated=64
 * expect site array_aligned allocations=1 bytes_allocated=64
 * expect site plain_aligned_nothrow allocations=1 bytes_allocated=64
 * expect site array_aligned_nothrow allocations=1 bytes_allocated=128
 */
#include <new>
#include "sample.h"

static const std::align_val_t to = std::align_val_t(64);

#define FORM(name, call) \
	extern "C" SITE void *name(void) { return keep(call); }
FORM(plain, ::operator new(1))
FORM(array, ::operator new[](2))
FORM(plain_nothrow, ::operator new(4, std::nothrow))
FORM(array_nothrow, ::operator new[](8, std::nothrow))
FORM(plain_aligned, ::operator new(16, to))
FORM(array_aligned, ::operator new[](32, to))
FORM(plain_aligned_nothrow, ::operator new(64, to, std::nothrow))
FORM(array_aligned_nothrow, ::operator new[](128, to, std::nothrow))

extern "C" SITE void forms(void)
{
	void *a = plain(), *b = array(), *c = plain_nothrow();
	void *d = array_nothrow(), *e = plain_aligned(), *f = array_aligned();
	void *g = plain_aligned_nothrow(), *h = array_aligned_nothrow();

	say_number("aligned", ((long)e | (long)f | (long)g | (long)h) % 64 == 0);
	::operator delete(a);
	::operator delete[](b, 2);
	::operator delete(c, std::nothrow);
	::operator delete[](d);
	::operator delete(e, to);
	::operator delete[](f, 32, to);
	::operator delete(g, to, std::nothrow);
	::operator delete[](h, to, std::nothrow);
}

static void refused(void)
{
	try {
		keep(::operator new((size_t)-1 / 2));
	} catch (const std::bad_alloc &) {
		say("bad_alloc\n");
	}
	if (!keep(::operator new((size_t)-1 / 2, std::nothrow)))
		say("nothrow\n");
}

int main()
{
	forms();
	refused();
	return 0;
}
