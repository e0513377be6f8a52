/* SPDX-License-Identifier: MIT */
/*
 * A mesh of edges is loaded, made coarser in the first part of the run by
 * removing a quarter of the edges, and then lit from many sides; a few edges
 * are split and joined all along. 31,600 calls of 32 bytes, 30,001 live at
 * most, turnover 1.05.
 *
 * near: slab live for more than half the run 71%, under 80%
 */
#include <cmath>
#include <cstdio>
#include <vector>

struct Edge {
	Edge *next, *twin;
	float x, y, z;
	unsigned face;
};

class Mesh {
public:
	explicit Mesh(unsigned edges) : ring_(edges / 6) {}
	void split(unsigned number);
	void join(unsigned number);
	float light(float x, float y, float z, unsigned rings) const;
	size_t edges() const { return edges_; }

private:
	std::vector<Edge *> ring_;
	size_t edges_ = 0;
};

void Mesh::split(unsigned number)
{
	Edge *&at = ring_[number % ring_.size()];
	float angle = number * 0.01f;

	at = new Edge{ at,	       at,	      std::sin(angle),
		       std::cos(angle), std::sin(angle * 3), number };
	edges_++;
}

void Mesh::join(unsigned number)
{
	Edge *&at = ring_[number % ring_.size()];

	if (!at || !at->next)
		return;
	Edge *gone = at->next;
	at->next = gone->next;
	if (at->next)
		at->next->twin = at;
	delete gone;
	edges_--;
}

float Mesh::light(float x, float y, float z, unsigned rings) const
{
	float sum = 0;

	for (unsigned i = 0; i < rings; i++)
		for (const Edge *e = ring_[i]; e; e = e->next) {
			float dot = e->x * x + e->y * y + e->z * z;

			sum += dot > 0 ? dot : 0;
		}
	return sum;
}

class Viewer {
public:
	explicit Viewer(Mesh &mesh) : mesh_(mesh) {}
	float frame(unsigned number);

private:
	Mesh &mesh_;
};

float Viewer::frame(unsigned number)
{
	float angle = number * 0.05f, sum = 0;

	if (number >= 100 && number < 500)
		for (unsigned i = 0; i < 20; i++)
			mesh_.join(number * 20 + i);
	else
		mesh_.join(number * 13);
	for (int lamp = 0; lamp < 4; lamp++)
		sum += mesh_.light(std::cos(angle + lamp), std::sin(angle),
				   0.5f, 2500);
	return sum;
}

int main()
{
	constexpr unsigned kEdges = 30000;
	static Mesh &mesh = *new Mesh(kEdges);
	Viewer viewer(mesh);
	double sum = 0;

	for (unsigned i = 0; i < kEdges + 1600; i++) {
		mesh.split(i);
		if (i >= kEdges)
			sum += viewer.frame(i - kEdges);
	}
	std::printf("%.1f %zu\n", sum, mesh.edges());
	return 0;
}
