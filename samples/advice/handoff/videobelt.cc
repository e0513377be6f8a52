/* SPDX-License-Identifier: MIT */
/*
 * A video pipeline: a decoder makes frames of 1,200 to 2,000 bytes, which a
 * second thread encodes and drops; the frames move as std::unique_ptr. 120,000
 * calls, all freed by the other thread, at most 352 live; a pool of each
 * thread would never hit. The queue's own nodes (3,750) go the same way.
 *
 * expect: handoff Decoder::decode
 * allow: handoff Belt::put
 * allow: pool Belt::put
 */
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

struct Frame {
	std::unique_ptr<uint8_t[]> pixels;
	size_t size;
};

class Belt {
public:
	void put(std::vector<Frame> &frames)
	{
		std::unique_lock<std::mutex> guard(lock);
		room.wait(guard, [&] { return belt.size() < Most; });
		for (auto &frame : frames)
			belt.push_back(std::move(frame));
		frames.clear();
		ready.notify_one();
	}

	bool take(std::vector<Frame> &frames)
	{
		std::unique_lock<std::mutex> guard(lock);
		ready.wait(guard, [&] { return done || belt.size() > Least; });
		while (!belt.empty() && frames.size() < 32) {
			frames.push_back(std::move(belt.front()));
			belt.pop_front();
		}
		room.notify_one();
		return !frames.empty();
	}

	void close()
	{
		std::lock_guard<std::mutex> guard(lock);
		done = true;
		ready.notify_one();
	}

private:
	static constexpr size_t Most = 300, Least = 100;
	std::deque<Frame> belt;
	std::mutex lock;
	std::condition_variable room, ready;
	bool done = false;
};

class Decoder {
public:
	Frame decode()
	{
		seed = seed * 1664525 + 1013904223;
		size_t size = 1200 + (seed >> 16) % 800;
		Frame frame{ std::unique_ptr<uint8_t[]>(new uint8_t[size]),
			     size };
		for (size_t i = 0; i < size; i += 16)
			frame.pixels[i] = uint8_t(seed >> (i & 15));
		return frame;
	}

private:
	uint32_t seed = 99;
};

static uint64_t encode(const Frame &frame)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < frame.size; i += 16)
		bits = bits * 31 + frame.pixels[i];
	return bits;
}

int main()
{
	Belt belt;
	uint64_t sum = 0;
	std::thread encoder([&] {
		std::vector<Frame> frames;
		while (belt.take(frames)) {
			for (auto &frame : frames)
				sum += encode(frame);
			frames.clear();
		}
	});
	Decoder decoder;
	std::vector<Frame> frames;

	for (int i = 0; i < 120000; i++) {
		frames.push_back(decoder.decode());
		if (frames.size() == 16)
			belt.put(frames);
	}
	belt.close();
	encoder.join();
	printf("encoded %lx\n", (unsigned long)sum);
	return 0;
}
