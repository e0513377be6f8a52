/* SPDX-License-Identifier: MIT */
/*
 * Three threads insert what they find into ordered maps of their own, whose
 * nodes of 40 bytes come from the one arena. 97,674 calls; 9,000 to 32,000
 * times a node is put into a line with a live one of another thread, for a
 * third of the run on average.
 *
 * expect: false-sharing Precinct::vote
 * allow: arena *
 */
#include <cstdint>
#include <cstdio>
#include <malloc.h>
#include <map>
#include <memory>
#include <pthread.h>
#include <thread>
#include <vector>

/* Where the precincts meet after every few voters. */
static pthread_barrier_t street;

class Precinct {
public:
	explicit Precinct(uint32_t seed) : seed(seed) {}

	void open(int voters)
	{
		for (int i = 0; i < voters; i++) {
			seed = seed * 1664525 + 1013904223;
			vote(uint16_t(seed >> 12));
			if (i % 15 == 0)
				pthread_barrier_wait(&street);
		}
		close();
	}

	uint64_t result() const
	{
		return sum;
	}

private:
	uint64_t sum = 0;
	std::map<uint32_t, uint32_t> votes;
	uint32_t seed;

	void close()
	{
		for (const auto &entry : votes)
			sum = sum * 31 + entry.second + entry.first;
		votes.clear();
	}

	void vote(uint32_t candidate)
	{
		auto found = votes.find(candidate);
		if (found != votes.end())
			found->second++;
		else
			votes.emplace(candidate, 1);
	}
};

int main()
{
	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&street, nullptr, 3);
	std::vector<std::unique_ptr<Precinct>> precincts;
	std::vector<std::thread> threads;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 3; i++)
		precincts.push_back(std::make_unique<Precinct>(i * 77));
	for (auto &precinct : precincts)
		threads.emplace_back([&] { precinct->open(45000); });
	for (auto &thread : threads)
		thread.join();
	for (auto &precinct : precincts)
		sum ^= precinct->result();
	printf("result %lx\n", (unsigned long)sum);
	return 0;
}
