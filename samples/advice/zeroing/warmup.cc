/* SPDX-License-Identifier: MIT */
/*
 * A game that prepares its levels with clean grids of 48 KiB and is then
 * played without allocating. 4,000 calls, 197 MB to clear, all in the first
 * quarter.
 *
 * near: zeroing active in one of the four quarters only, while it starts
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

struct Freed {
	void operator()(void *block) const
	{
		free(block);
	}
};

using Grid = std::unique_ptr<uint8_t, Freed>;
static const size_t Cells = 48 * 1024;

static Grid clean_grid()
{
	void *block = calloc(Cells, 1);

	if (!block)
		abort();
	return Grid(static_cast<uint8_t *>(block));
}

static unsigned prepare(uint32_t seed)
{
	static std::vector<Grid> drafts(12);
	Grid &draft = drafts[seed % drafts.size()];
	unsigned walls = 0;

	draft = clean_grid();
	for (int i = 0; i < 200; i++) {
		seed = seed * 1664525 + 1013904223;
		walls += draft.get()[(seed >> 8) % Cells]++ == 0;
	}
	return walls;
}

static uint64_t play(unsigned walls, int moves)
{
	uint64_t state = walls, score = 0;

	for (int i = 0; i < moves; i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		score += (state >> 40) % (walls + 1);
	}
	return score;
}

int main()
{
	unsigned walls = 0;

	for (uint32_t level = 0; level < 4000; level++)
		walls += prepare(level * 2654435761u);
	printf("score %lu\n", (unsigned long)play(walls, 60000000));
	return 0;
}
