/* SPDX-License-Identifier: MIT */
/*
 * A quote board publishes a new snapshot for every trade; the one before is
 * retired only when the new one is in its place, for readers may look at it.
 * 300,000 blocks of 24 bytes, two at a time: a buffer that is kept and written
 * again would be under their eyes.
 *
 * near: hoist live: L_max 2, over 1
 */
#include <cstdio>
#include <utility>

namespace {

struct Snapshot {
	unsigned version;
	int bid, ask, last;
	unsigned long volume;
};

class Board {
public:
	~Board() { retire(current); }
	void publish(int price, unsigned size)
	{
		const Snapshot *old = std::exchange(
			current, next_snapshot(price, size));
		retire(old);
	}
	const Snapshot &read() const { return *current; }

private:
	[[gnu::noinline]]
	const Snapshot *next_snapshot(int price, unsigned size)
	{
		auto *snapshot = new Snapshot();
		snapshot->version = ++versions;
		snapshot->bid = price - 1 - int(size % 3);
		snapshot->ask = price + 1 + int(size % 5);
		snapshot->last = price;
		snapshot->volume = size + (current ? current->volume : 0);
		return snapshot;
	}
	[[gnu::noinline]] static void retire(const Snapshot *old)
	{
		delete old;
	}

	const Snapshot *current = nullptr;
	unsigned versions = 0;
};

class Market {
public:
	/* A price from many small orders. */
	int trade()
	{
		for (int i = 0; i < 60; i++) {
			seed = seed * 1664525 + 1013904223;
			price += int(seed >> 30) - int(seed >> 28 & 3);
			if (price < 500 || price > 1500)
				price = 1000;
		}
		return price;
	}
	unsigned size() const { return seed >> 22; }

private:
	unsigned seed = 55;
	int price = 1000;
};

} // namespace

int main()
{
	Board board;
	Market market;
	unsigned long sum = 0;

	for (int i = 0; i < 300000; i++) {
		board.publish(market.trade(), market.size());
		sum = sum * 3 + unsigned(board.read().ask) +
		      board.read().volume % 7;
	}
	std::printf("%lu %u\n", sum, board.read().version);
}
