/* SPDX-License-Identifier: MIT */
/*
 * Particles of 32 bytes that the main thread makes, a few for each step, and
 * two threads move, half of them each. 12,000 calls, 0 lines shared, though
 * both threads write to what the line in the middle holds.
 *
 * near: false-sharing one thread makes all blocks, none of two in one line
 * allow: arena *
 */
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <malloc.h>
#include <memory>
#include <thread>
#include <vector>

struct Particle {
	double x, v;
	uint32_t id, hits;
	double mass;
};

class World {
public:
	World()
	{
		particles.reserve(Steps * Made);
	}

	void run()
	{
		std::thread low([this] { mover(0); });
		std::thread high([this] { mover(1); });
		for (int step = 1; step <= Steps; step++) {
			for (int i = 0; i < Made; i++)
				particles.push_back(make());
			ready.store(step);
			while (moved[0].load() < step || moved[1].load() < step)
				std::this_thread::yield();
		}
		low.join();
		high.join();
	}

	double energy() const
	{
		double sum = 0;
		for (auto &p : particles)
			sum += p->mass * p->v * p->v + p->hits;
		return sum;
	}

private:
	static constexpr int Steps = 300, Made = 40;
	std::vector<std::unique_ptr<Particle>> particles;
	std::atomic<int> ready{ 0 }, moved[2] = {};
	uint32_t seed = 3;

	std::unique_ptr<Particle> make()
	{
		seed = seed * 1664525 + 1013904223;
		return std::make_unique<Particle>(Particle{
			(seed >> 8) / 16777216.0, (seed & 255) / 2560.0, seed,
			0, 1 });
	}

	void mover(int half)
	{
		for (int step = 1; step <= Steps; step++) {
			while (ready.load() < step)
				std::this_thread::yield();
			size_t count = particles.size(), mid = count / 2;
			for (int k = 0; k < 12; k++)
				for (size_t i = half ? mid : 0;
				     i < (half ? count : mid); i++)
					move(*particles[i]);
			moved[half].store(step);
		}
	}

	static void move(Particle &p)
	{
		p.x += p.v;
		if (p.x < 0 || p.x > 1) {
			p.v = -p.v;
			p.hits++;
		}
	}
};

int main()
{
	mallopt(M_ARENA_MAX, 1);
	auto world = std::make_unique<World>();
	world->run();
	printf("energy %.3f\n", world->energy());
	return 0;
}
