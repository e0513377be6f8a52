/* SPDX-License-Identifier: MIT */
/*
 * A telemetry collector whose batches are std::vectors that were told their
 * size before the first push_back(), as one should; the last 250 are kept for a
 * moving average. 60,000 blocks, none of them grown.
 *
 * near: reserve length: chains of 1, reserved already
 */
#include <array>
#include <cstdio>
#include <vector>

namespace {

struct Reading {
	short sensor;
	short value;
};

using Batch = std::vector<Reading>;

class Window {
public:
	void add(Batch &&batch)
	{
		Batch &place = batches[next++ % batches.size()];
		for (const Reading &reading : place)
			sum -= reading.value;
		place = std::move(batch);
		for (const Reading &reading : place)
			sum += reading.value;
	}
	long total() const { return sum; }

private:
	std::array<Batch, 250> batches;
	size_t next = 0;
	long sum = 0;
};

class Sensors {
public:
	Batch sample(size_t count)
	{
		Batch batch;
		batch.reserve(count);
		for (size_t i = 0; i < count; i++)
			batch.push_back({ short(i), measure() });
		return batch;
	}

private:
	/* The median of many noisy looks. */
	short measure()
	{
		int low = 0, high = 0;
		for (int i = 0; i < 40; i++) {
			seed = seed * 1664525 + 1013904223;
			if (seed >> 31)
				low += seed >> 20 & 63;
			else
				high += seed >> 22 & 63;
		}
		return short(high - low);
	}
	unsigned seed = 73;
};

} // namespace

int main()
{
	Window window;
	Sensors sensors;
	long sum = 0;

	for (size_t i = 0; i < 60000; i++) {
		window.add(sensors.sample(10 + i % 4));
		sum = sum * 3 % 1000003 + window.total();
	}
	std::printf("%ld\n", sum);
}
