/* SPDX-License-Identifier: MIT */
/*
 * A bank in shards, a thread each: accounts are opened all the time by their
 * shard's thread and written to by it alone, 24 bytes each, all out of one
 * arena; two of seven is closed again. 42,000 calls; 12,000 to 19,000 times an
 * account is put into a line with a live one of the other thread.
 *
 * expect: false-sharing Shard::open
 * allow: arena *
 */
#include <cstdint>
#include <cstdio>
#include <deque>
#include <malloc.h>
#include <memory>
#include <pthread.h>
#include <thread>

struct Account {
	int64_t cents;
	uint32_t owner, postings;
	uint64_t last;
};

/* The shards wait for each other every night. */
static pthread_barrier_t night;

class Shard {
public:
	explicit Shard(uint32_t seed) : seed(seed) {}

	void day(int number)
	{
		for (uint32_t i = 0; i < 7; i++)
			accounts.push_back(open(number * 7 + i));
		for (int i = 0; i < 1000; i++)
			post(*accounts[draw() % accounts.size()], number);
		for (int i = 0; i < 2; i++) {
			total += accounts.front()->cents;
			accounts.pop_front();
		}
		pthread_barrier_wait(&night);
	}

	void close()
	{
		for (auto &account : accounts)
			total += account->cents * account->owner;
		accounts.clear();
	}

	int64_t balance() const
	{
		return total;
	}

private:
	std::deque<std::unique_ptr<Account>> accounts;
	uint32_t seed;
	int64_t total = 0;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	static std::unique_ptr<Account> open(uint32_t owner)
	{
		return std::make_unique<Account>(Account{ 0, owner, 0, 0 });
	}

	void post(Account &account, uint64_t day)
	{
		account.cents += draw() % 1000;
		account.postings++;
		account.last = day;
	}
};

int main()
{
	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&night, nullptr, 2);
	auto first = std::make_unique<Shard>(1);
	auto second = std::make_unique<Shard>(2);

	auto run = [](Shard *shard) {
		for (int day = 0; day < 3000; day++)
			shard->day(day);
		shard->close();
	};
	std::thread one(run, first.get()), two(run, second.get());
	one.join();
	two.join();
	printf("balance %ld\n", long(first->balance() ^ second->balance()));
	return 0;
}
