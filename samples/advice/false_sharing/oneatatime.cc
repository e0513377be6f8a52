/* SPDX-License-Identifier: MIT */
/*
 * A new thread for each request, one at a time, as an old server does it; the
 * sessions they leave behind, 16 bytes each, lie side by side. 5,000 calls;
 * 500 pairs made by different threads share a line, but of each pair one
 * thread had ended before the other began.
 *
 * near: false-sharing the threads of a line were never alive together
 * allow: arena *
 * allow: handoff Server::handle
 */
#include <cstdint>
#include <cstdio>
#include <malloc.h>
#include <memory>
#include <pthread.h>
#include <vector>

struct Session {
	uint64_t token;
	uint32_t user, hits;
};

class Server {
public:
	void serve(uint32_t request)
	{
		pthread_t thread;

		number = request;
		if (!pthread_create(&thread, nullptr, start, this))
			pthread_join(thread, nullptr);
	}

	uint64_t tokens() const
	{
		uint64_t sum = 0;
		for (auto &session : sessions)
			sum = sum * 31 + session->token + session->hits;
		return sum;
	}

private:
	std::vector<std::unique_ptr<Session>> sessions;
	uint64_t state = 1;
	uint32_t number = 0;

	static void *start(void *server)
	{
		auto *self = static_cast<Server *>(server);
		self->handle(self->number);
		return nullptr;
	}

	void handle(uint32_t request)
	{
		if (sessions.empty())
			sessions.reserve(5000);
		for (uint32_t i = 0; i < 5; i++) {
			sessions.push_back(std::make_unique<Session>(
				Session{ state, request, i }));
			for (int k = 0; k < 5000; k++)
				state = state * 6364136223846793005 + k;
			sessions[state % sessions.size()]->hits++;
		}
	}
};

int main()
{
	mallopt(M_ARENA_MAX, 1);
	Server server;

	for (uint32_t request = 0; request < 1000; request++)
		server.serve(request);
	printf("tokens %lx\n", (unsigned long)server.tokens());
	return 0;
}
