/* SPDX-License-Identifier: MIT */
/*
 * A web server's answers: most have some 200 to 1,400 bytes, and two in a
 * hundred are pictures of 30 to 60 KB, so that the 99th percentile is over 16
 * times the median: pooled buffers that once held a picture must be let go.
 * Forty to eighty are under way, and are sent by forties. 400,000 calls,
 * turnover 5,000, P50 808 and P99 53,720 bytes; the allocator's own cache
 * hits 80%.
 *
 * expect: sized-pool Server::respond
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

struct Answer {
	std::unique_ptr<char[]> bytes;
	uint32_t length = 0, status = 200;
};

class Server {
public:
	Server() { sending.reserve(128); }

	uint64_t serve(int rounds)
	{
		while (rounds--) {
			for (int i = 0; i < 40; i++)
				sending.push_back(respond());
			if (sending.size() > 40)
				send(40);
		}
		send(sending.size());
		return sum;
	}

private:
	std::vector<Answer> sending;
	uint32_t seed = 10;
	uint64_t sum = 0;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	uint32_t length()
	{
		if (draw() % 50 == 0)
			return 30000 + draw() % 30000;
		return 200 + draw() % 600 + draw() % 600;
	}

	Answer respond()
	{
		Answer answer;
		answer.length = length();
		answer.bytes.reset(new char[answer.length]);
		memcpy(answer.bytes.get(), "HTTP/1.1 200 OK\r\n", 17);
		memset(answer.bytes.get() + 17, 'x', 100);
		answer.bytes[answer.length - 1] = '\n';
		return answer;
	}

	void send(size_t n)
	{
		for (size_t i = 0; i < n; i++) {
			const Answer &answer = sending[i];
			for (size_t at = 0; at < 117; at += 3)
				sum = sum * 3 + uint8_t(answer.bytes[at]);
			sum += answer.length + answer.status;
		}
		sending.erase(sending.begin(), sending.begin() + long(n));
	}
};

int main()
{
	printf("sum %llu\n", (unsigned long long)Server().serve(10000));
	return 0;
}
