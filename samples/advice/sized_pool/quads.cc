/* SPDX-License-Identifier: MIT */
/*
 * An adaptive grid: cells are split and merged by the hundred. 19 in 20 are
 * plain cells, the others carry a boundary and are larger; so one pool of one
 * size is the better remedy, and pools of several sizes are not needed. 95.0%
 * have one usable size, over 90% (450,000 calls, turnover 1,000, the
 * allocator's own cache hits 25%).
 *
 * expect: pool Grid::fresh
 * near: sized-pool several sizes
 */
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

struct Cell {
	uint32_t level, index;
	double density, energy, flux[12];

	Cell(uint32_t level, uint32_t index, double density)
		: level(level), index(index), density(density),
		  energy(density * 2), flux{} {}
	virtual ~Cell() = default;
	virtual double pressure() const { return density * energy; }
};

struct BoundaryCell : Cell {
	double wall[25] = {};

	using Cell::Cell;
	double pressure() const override { return density + wall[level % 25]; }
};

class Grid {
public:
	Grid()
	{
		for (uint32_t i = 0; i < 300; i++)
			cells.push_back(fresh(1, i, 1.0 + i * 0.01));
	}

	double adapt(int steps)
	{
		double total = 0;
		while (steps--) {
			refine(150);
			total = total * 0.5 +
				cells[cells.size() / 2]->pressure();
			merge(150);
		}
		return total;
	}

private:
	std::vector<std::unique_ptr<Cell>> cells;
	uint32_t seed = 41, made = 0;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	std::unique_ptr<Cell> fresh(uint32_t level, uint32_t index,
				    double density)
	{
		size_t size = ++made % 20 ? sizeof(Cell) : sizeof(BoundaryCell);
		void *place = ::operator new(size);

		if (made % 20)
			return std::unique_ptr<Cell>(
				new (place) Cell(level, index, density));
		return std::unique_ptr<Cell>(
			new (place) BoundaryCell(level, index, density));
	}

	void refine(int count)
	{
		while (count--) {
			const Cell &old = *cells[draw() % cells.size()];
			cells.push_back(fresh(old.level + 1, old.index * 4,
					      old.density * 0.5 + 0.25));
		}
	}

	/* The oldest ones go; the seed of what is next is in the others. */
	void merge(int count)
	{
		cells.erase(cells.begin(), cells.begin() + count);
	}
};

int main()
{
	printf("pressure %.6f\n", Grid().adapt(3000));
	return 0;
}
