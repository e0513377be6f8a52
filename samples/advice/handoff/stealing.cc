/* SPDX-License-Identifier: MIT */
/*
 * Two workers with task queues of their own; when a worker has done 11 of its
 * tasks, it steals 9 from the other, so that 45% of the tasks are freed by a
 * thread that didn't make them. 200,000 calls of 16 bytes.
 *
 * allow: arena *
 * near: handoff 45% freed by another thread, under 50%
 */
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

struct Task {
	uint32_t kind;
	uint64_t argument;
};

/* A meeting point for the two workers after each round. */
class Rendezvous {
public:
	void meet()
	{
		std::unique_lock<std::mutex> guard(lock);
		unsigned mine = round;
		if (++here == 2) {
			here = 0;
			round++;
			met.notify_all();
		} else {
			met.wait(guard, [&] { return round != mine; });
		}
	}

private:
	std::mutex lock;
	std::condition_variable met;
	unsigned here = 0, round = 0;
};

static const int Rounds = 100, Tasks = 1000;
static std::vector<Task *> queues[2];
static Rendezvous rendezvous;

static uint64_t perform(const Task &task)
{
	uint64_t x = task.argument + task.kind;

	for (int i = 0; i < 150; i++)
		x = (x ^ x >> 13) * 0x9e3779b97f4a7c15;
	return x;
}

static void submit(std::vector<Task *> &queue, uint32_t &seed)
{
	for (int i = 0; i < Tasks; i++) {
		seed = seed * 1664525 + 1013904223;
		queue.push_back(new Task{ seed & 7, seed });
	}
}

static uint64_t work(int me)
{
	uint32_t seed = 5 + me;
	uint64_t sum = 0;
	std::list<Task *> rest;

	for (int round = 0; round < Rounds; round++) {
		submit(queues[me], seed);
		rendezvous.meet();
		for (int i = 0; i < Tasks; i++) {
			auto &from = queues[i % 20 < 11 ? me : !me];
			sum += perform(*from[i]);
			delete from[i];
		}
		rendezvous.meet();
		queues[me].clear();
	}
	return sum;
}

int main()
{
	uint64_t sums[2];
	std::thread other([&] { sums[1] = work(1); });

	sums[0] = work(0);
	other.join();
	printf("performed %lx\n", (unsigned long)(sums[0] ^ sums[1]));
	return 0;
}
