/* SPDX-License-Identifier: MIT */
/*
 * Two parsers on threads intern names in tables of their own, each with the
 * number of its uses before its letters, which changes all the time. One arena
 * serves both. 33,431 calls; 8,000 times a name is put into a line with a live
 * one of the other thread.
 *
 * expect: false-sharing Names::add
 * allow: arena *
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <malloc.h>
#include <memory>
#include <pthread.h>
#include <thread>
#include <vector>

/* The parsers wait for each other after every few lines. */
static pthread_barrier_t lines;

class Names {
public:
	Names() : buckets(4096) {}

	void use(const char *text)
	{
		uint32_t hash = 0;
		for (const char *at = text; *at; at++)
			hash = hash * 31 + *at;
		auto &bucket = buckets[hash % buckets.size()];
		for (auto &name : bucket)
			if (!strcmp(name.get() + 1, text)) {
				name[0]++;
				return;
			}
		add(bucket, text);
	}

	void clear()
	{
		buckets.clear();
	}

	uint64_t uses() const
	{
		uint64_t sum = 0;
		for (auto &bucket : buckets)
			for (auto &name : bucket)
				sum = sum * 31 + name[0];
		return sum;
	}

private:
	using Bucket = std::vector<std::unique_ptr<char[]>>;
	std::vector<Bucket> buckets;

	/* A count of uses in the first byte, the text after it. */
	static void add(Bucket &bucket, const char *text)
	{
		size_t bytes = strlen(text) + 2;
		std::unique_ptr<char[]> name(new char[bytes]);
		name[0] = 1;
		memcpy(name.get() + 1, text, bytes - 1);
		if (bucket.empty())
			bucket.reserve(32);
		bucket.push_back(std::move(name));
	}
};

static void parse(uint64_t &uses, uint32_t seed)
{
	char text[40];
	Names names;

	for (uint32_t i = 0; i < 150000; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t range = 100 + i / 8;
		snprintf(text, sizeof(text), "a_name_in_scope_%u",
			 (seed >> 8) % range);
		names.use(text);
		if (i % 32 == 0)
			pthread_barrier_wait(&lines);
	}
	uses = names.uses();
	names.clear();
}

int main()
{
	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&lines, nullptr, 2);
	uint64_t uses[2];

	std::thread other(parse, std::ref(uses[1]), 2);
	parse(uses[0], 1);
	other.join();
	printf("uses %lx\n", (unsigned long)(uses[0] ^ uses[1]));
	return 0;
}
