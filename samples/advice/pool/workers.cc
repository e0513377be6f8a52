/* SPDX-License-Identifier: MIT */
/*
 * Two workers, each with its own clients: a batch of requests is taken in and
 * answered out of order some batches later, by the same worker. No block ever
 * changes its thread, so a pool per thread serves all. 522,272 calls of 296
 * bytes, at most some 680 live in both (turnover 766).
 *
 * expect: pool Worker::accept
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

struct Request {
	uint64_t id;
	uint32_t client, due;
	char method[8];
	char path[200];
	uint64_t answer[9];
};

class Worker {
public:
	explicit Worker(uint32_t seed) : seed(seed) { waiting.reserve(4096); }

	void run(uint32_t batches)
	{
		for (now = 0; now < batches; now++) {
			for (uint32_t n = 24 + draw() % 40; n; n--)
				accept();
			answer();
		}
		waiting.clear();
	}

	uint64_t digest = 0;

private:
	uint32_t seed, now = 0;
	uint64_t ids = 0;
	std::vector<std::unique_ptr<Request>> waiting;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	void accept()
	{
		std::unique_ptr<Request> r(new Request);
		r->id = ids++;
		r->client = draw() % 100;
		r->due = now + 2 + draw() % 8;
		strcpy(r->method, r->client & 1 ? "GET" : "PUT");
		snprintf_path(r->path, r->client);
		waiting.push_back(std::move(r));
	}

	static void snprintf_path(char *to, uint32_t client)
	{
		memcpy(to, "/home/", 6);
		for (to += 6; client; client /= 10)
			*to++ = char('0' + client % 10);
		*to = 0;
	}

	void answer()
	{
		size_t kept = 0;
		for (auto &r : waiting) {
			if (r->due > now) {
				waiting[kept++].swap(r);
				continue;
			}
			r->answer[0] = r->id * 31 + strlen(r->path);
			digest = digest * 7 + r->answer[0];
		}
		waiting.resize(kept);
	}
};

int main()
{
	Worker left(11), right(12);
	std::thread a([&] { left.run(6000); });
	std::thread b([&] { right.run(6000); });

	a.join();
	b.join();
	printf("digest %llu\n",
	       (unsigned long long)(left.digest ^ right.digest));
	return 0;
}
