/* SPDX-License-Identifier: MIT */
/*
 * A market feed: quotes, formatted as std::string of 20 to 44 letters, move
 * through a lock-free ring of one producer and one consumer, which destroys
 * each string when the next one takes its place. 200,000 calls of 21 to 45
 * bytes, all freed by the reader, at most 514 live.
 *
 * expect: handoff quote
 */
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

template <typename T, size_t N> class Ring {
public:
	bool push(T &&value)
	{
		size_t at = head.load(std::memory_order_relaxed);
		if (at - tail.load(std::memory_order_acquire) == N)
			return false;
		slots[at % N] = std::move(value);
		head.store(at + 1, std::memory_order_release);
		return true;
	}

	/* Leaves the last @keep values, so that bursts are smoothed. */
	bool pop(T &value, size_t keep)
	{
		size_t at = tail.load(std::memory_order_relaxed);
		if (head.load(std::memory_order_acquire) - at <= keep)
			return false;
		value = std::move(slots[at % N]);
		slots[at % N] = T();
		tail.store(at + 1, std::memory_order_release);
		return true;
	}

private:
	std::array<T, N> slots;
	alignas(64) std::atomic<size_t> head{ 0 };
	alignas(64) std::atomic<size_t> tail{ 0 };
};

static std::string quote(uint32_t &seed)
{
	seed = seed * 1664525 + 1013904223;
	std::string text(20 + (seed >> 20) % 25, char('A' + (seed >> 8) % 26));
	text[4] = '=';
	return text;
}

int main()
{
	auto texts = std::make_unique<Ring<std::string, 512>>();
	std::atomic<bool> closed{ false };
	uint64_t sum = 0;

	std::thread reader([&] {
		std::string text;
		for (size_t keep = 128;;) {
			bool last = closed.load();
			if (last)
				keep = 0;
			if (texts->pop(text, keep)) {
				std::string gone;
				for (char c : text)
					sum = sum * 31 + c;
				gone.swap(text);
			} else if (last) {
				break;
			} else {
				std::this_thread::yield();
			}
		}
	});
	uint32_t seed = 12;
	for (int i = 0; i < 200000; i++) {
		std::string text = quote(seed);
		while (!texts->push(std::move(text)))
			std::this_thread::yield();
	}
	closed = true;
	reader.join();
	printf("read %lx\n", (unsigned long)sum);
	return 0;
}
