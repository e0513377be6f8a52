/* SPDX-License-Identifier: MIT */
/*
 * A configuration that is replaced all the time: snapshots are shared_ptr, a
 * reader on another thread looks at every one and keeps two in five of them
 * the longest, so that it is the one to free those. 160,000 calls of 32 to 40
 * bytes, at most 1,040 live.
 *
 * near: handoff 40% freed by another thread, under 50%
 */
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

struct Setting {
	uint64_t version;
	uint32_t value;
};

using Snapshot = std::vector<std::shared_ptr<const Setting>>;

static std::mutex lock;
static std::condition_variable changed;
static Snapshot shown;
static bool full, closed;

static Snapshot publish(uint32_t &seed, int version)
{
	Snapshot snapshot;

	snapshot.reserve(400);
	for (int i = 0; i < 400; i++) {
		seed = seed * 1664525 + 1013904223;
		snapshot.push_back(std::make_shared<const Setting>(
			Setting{ uint64_t(version), seed >> 8 }));
	}
	return snapshot;
}

static uint64_t inspect(const Setting &setting)
{
	uint64_t x = setting.value;

	for (int i = 0; i < 100; i++)
		x = (x ^ x >> 7) * 0x9e3779b97f4a7c15 + setting.version;
	return x;
}

static uint64_t reader()
{
	uint64_t sum = 0;
	Snapshot kept;

	for (;;) {
		std::unique_lock<std::mutex> guard(lock);
		changed.wait(guard, [] { return full || closed; });
		if (!full)
			return sum;
		kept.clear();
		for (size_t i = 0; i < shown.size(); i++) {
			sum += inspect(*shown[i]);
			if (i % 5 < 2)
				kept.push_back(shown[i]);
		}
		shown.clear();
		full = false;
		changed.notify_all();
	}
}

int main()
{
	uint64_t sum = 0;
	uint32_t seed = 8;
	Snapshot last, before;
	std::thread thread([&] { sum = reader(); });

	for (int version = 0; version < 400; version++) {
		Snapshot now = publish(seed, version);
		std::unique_lock<std::mutex> guard(lock);
		changed.wait(guard, [] { return !full; });
		before = std::move(last);
		last = now;
		shown = std::move(now);
		full = true;
		changed.notify_all();
		changed.wait(guard, [] { return !full; });
		for (size_t i = 0; i < last.size(); i++)
			if (i % 5 < 2)
				last[i] = nullptr;
	}
	{
		std::lock_guard<std::mutex> guard(lock);
		closed = true;
		changed.notify_all();
	}
	thread.join();
	printf("read %lx\n", (unsigned long)sum);
	return 0;
}
