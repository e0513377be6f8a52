/* SPDX-License-Identifier: MIT */
/*
 * Draws the Mandelbrot set tile by tile; the tiles' work lists come and go
 * together, a tidy region each. But nearly all the time goes into the points:
 * 64 epochs of 64 objects, total/peak 1.00, 4,096 pairs of some 60 ns in a
 * quarter of a second.
 *
 * near: arena saving: 0.1% of the CPU time, under 0.5%
 */
#include <complex>
#include <cstdio>
#include <memory>
#include <vector>

namespace {

constexpr int side = 512, tile = 64;

struct Span {
	int y, from, to;
	std::unique_ptr<Span> next;
};

struct Picture {
	std::vector<unsigned short> points =
		std::vector<unsigned short>(side * side);
	unsigned long sum = 0;
};

int iterations(double x, double y)
{
	double a = 0, b = 0;
	int n = 0;

	for (; n < 1200 && a * a + b * b < 4; n++) {
		double c = a * a - b * b + x;
		b = 2 * a * b + y;
		a = c;
	}
	return n;
}

std::unique_ptr<Span> plan(int left, int top)
{
	std::unique_ptr<Span> first;

	for (int y = top; y < top + tile; y++) {
		auto span = std::make_unique<Span>();
		span->y = y;
		span->from = left;
		span->to = left + tile;
		span->next = std::move(first);
		first = std::move(span);
	}
	return first;
}

void draw(Picture &picture, const Span &span)
{
	for (int x = span.from; x < span.to; x++) {
		int n = iterations(x * 3.0 / side - 2.2,
				   span.y * 3.0 / side - 1.5);
		picture.points[span.y * side + x] = (unsigned short)n;
		picture.sum += unsigned(n);
	}
}

[[gnu::noinline]] void draw_tile(Picture &picture, int left, int top)
{
	std::unique_ptr<Span> spans = plan(left, top);

	for (const Span *span = spans.get(); span; span = span->next.get())
		draw(picture, *span);
	while (spans)
		spans = std::move(spans->next);
}

} // namespace

int main()
{
	Picture picture;

	for (int top = 0; top < side; top += tile)
		for (int left = 0; left < side; left += tile)
			draw_tile(picture, left, top);
	std::printf("%lu\n", picture.sum);
}
