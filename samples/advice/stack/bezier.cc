/* SPDX-License-Identifier: MIT */
/*
 * A font renderer flattens outlines of Bezier curves by de Casteljau's scheme;
 * each evaluation keeps the points of every stage in an array of its own.
 * 466,000 calls of 16 to 80 bytes, 5 live at most, every one freed at the end
 * of the call of at() that made it.
 *
 * expect: stack Curve::at
 */
#include <cmath>
#include <cstdio>
#include <memory>

struct Point {
	double x, y;
};

static Point between(const Point &a, const Point &b, double t)
{
	return { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t };
}

class Curve {
public:
	static constexpr int kDegree = 5;

	explicit Curve(unsigned seed)
	{
		for (Point &p : control) {
			seed = seed * 1664525u + 1013904223u;
			p.x = seed >> 16;
			p.y = seed & 0xffff;
		}
	}
	Point at(double t, int degree) const;
	double length(int steps) const;

private:
	Point control[kDegree + 1];
};

Point Curve::at(double t, int degree) const
{
	std::unique_ptr<Point[]> stage[kDegree];
	const Point *from = control;

	for (int s = 0; s < degree; s++) {
		int points = degree - s;

		stage[s] = std::make_unique<Point[]>(points);
		for (int i = 0; i < points; i++)
			stage[s][i] = between(from[i], from[i + 1], t);
		from = stage[s].get();
	}
	return from[0];
}

double Curve::length(int steps) const
{
	Point last = control[0];
	double sum = 0;

	for (int i = 1; i <= steps; i++) {
		Point p = at(double(i) / steps, 2 + steps % 4);

		sum += std::hypot(p.x - last.x, p.y - last.y);
		last = p;
	}
	return sum;
}

class Outline {
public:
	explicit Outline(unsigned glyph) : glyph_(glyph) {}
	double ink() const
	{
		double sum = 0;

		for (unsigned i = 0; i < 12; i++)
			sum += Curve(glyph_ * 31 + i).length(8 + i);
		return sum;
	}

private:
	unsigned glyph_;
};

int main()
{
	double sum = 0;

	for (unsigned glyph = 0; glyph < 800; glyph++)
		sum += Outline(glyph).ink();
	std::printf("%.1f\n", sum);
	return 0;
}
