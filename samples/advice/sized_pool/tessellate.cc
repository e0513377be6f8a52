/* SPDX-License-Identifier: MIT */
/*
 * A landscape that streams by: tiles come near and are cut into 40 to 300
 * vertices (1 to 7 KB), the nearer the finer; a dozen of forty come and go at
 * a time. 300,000 calls, at most 40 live (turnover 7,500), no usable size
 * over 0.4%.
 *
 * expect: sized-pool Landscape::tessellated
 */
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Vertex {
	float x, y, z, shade;
	uint32_t u, v;
};

struct Tile {
	int column = 0;
	std::vector<Vertex> mesh;
};

class Landscape {
public:
	Landscape() : ring(Tiles)
	{
		for (auto &tile : ring)
			load(tile);
	}

	double fly(int steps)
	{
		double light = 0;
		while (steps--) {
			for (int i = 0; i < Stride; i++)
				forget(ring[(first + i) % Tiles]);
			for (int i = 0; i < Stride; i++)
				load(ring[(first + i) % Tiles]);
			first = (first + Stride) % Tiles;
			light += seen(ring[first]);
		}
		return light;
	}

private:
	static const int Tiles = 40, Stride = 12;
	std::vector<Tile> ring;
	int first = 0, column = 0;
	uint32_t seed = 15;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	static void forget(Tile &tile)
	{
		std::vector<Vertex>().swap(tile.mesh);
	}

	void load(Tile &tile)
	{
		tile.column = column++;
		tile.mesh = tessellated(tile.column, 44 + draw() % 256);
	}

	std::vector<Vertex> tessellated(int at, size_t detail)
	{
		std::vector<Vertex> mesh(detail);
		for (size_t i = 0; i < detail; i += 4) {
			mesh[i].x = float(at) + float(i) * 0.1f;
			mesh[i].y = float(at % 50) * 0.5f;
			mesh[i].u = uint32_t(i);
		}
		return mesh;
	}

	static double seen(const Tile &tile)
	{
		double light = 0;
		for (size_t i = 0; i < tile.mesh.size(); i += 8)
			light += std::fabs(tile.mesh[i].y) + tile.mesh[i].u;
		return light;
	}
};

int main()
{
	Landscape landscape;

	printf("light %.1f\n", landscape.fly(25000));
	return 0;
}
