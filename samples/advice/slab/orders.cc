/* SPDX-License-Identifier: MIT */
/*
 * An exchange's book of standing orders in a std::map by price and time. It is
 * loaded in the morning; during the day few orders come, a few more go, and
 * most requests only look. 41,800 calls of 48 bytes, 40,001 live at most,
 * turnover 1.04, 95% live for more than half the run.
 *
 * expect: slab Book::add
 */
#include <cstdio>
#include <map>

class Book {
public:
	void add(unsigned price, unsigned number, unsigned amount);
	void cancel_first(unsigned from);
	unsigned depth(unsigned price, unsigned orders) const;
	size_t size() const { return orders_.size(); }

private:
	static unsigned long key(unsigned price, unsigned number)
	{
		return (unsigned long)price << 32 | number;
	}

	std::map<unsigned long, unsigned> orders_;
};

void Book::add(unsigned price, unsigned number, unsigned amount)
{
	orders_.emplace(key(price, number), amount);
}

void Book::cancel_first(unsigned from)
{
	auto at = orders_.lower_bound(key(from, 0));

	if (at != orders_.end())
		orders_.erase(at);
}

unsigned Book::depth(unsigned price, unsigned orders) const
{
	auto at = orders_.lower_bound(key(price, 0));
	unsigned sum = 0;

	for (; orders-- && at != orders_.end(); ++at)
		sum += at->second;
	return sum;
}

class Exchange {
public:
	explicit Exchange(Book &book) : book_(book) {}
	void order(unsigned number)
	{
		book_.add(1000 + draw(5000), number, 1 + draw(99));
	}
	unsigned minute(unsigned number);

private:
	unsigned draw(unsigned below)
	{
		state_ = state_ * 1664525u + 1013904223u;
		return (state_ >> 8) % below;
	}

	Book &book_;
	unsigned state_ = 27;
};

unsigned Exchange::minute(unsigned number)
{
	unsigned sum = 0;

	for (int i = 0; i < 80; i++)
		sum += book_.depth(1000 + draw(5000), 20);
	book_.cancel_first(1000 + draw(5000));
	if (number % 4 == 0)
		book_.cancel_first(1000 + draw(5000));
	return sum;
}

int main()
{
	constexpr unsigned kOpening = 40000;
	static Book &book = *new Book;
	Exchange exchange(book);
	unsigned sum = 0;

	for (unsigned i = 0; i < kOpening + 1800; i++) {
		exchange.order(i);
		if (i >= kOpening)
			sum += exchange.minute(i);
	}
	std::printf("%u %zu\n", sum, book.size());
	return 0;
}
