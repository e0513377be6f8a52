/* SPDX-License-Identifier: MIT */
/*
 * Spectra of a signal by the slow Fourier transform, each in a std::vector of
 * its own that could be kept. But a spectrum takes 100 microseconds and its
 * vector a tenth of one: 1,300 pairs of 2,400 bytes, L_max 1.
 *
 * near: hoist saving: 0.06% of the CPU time, under 0.5%
 */
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

constexpr size_t samples = 300;

class Signal {
public:
	Signal() : values(samples), cosines(samples), sines(samples)
	{
		for (size_t i = 0; i < samples; i++) {
			double angle = 6.283185307 * double(i) / samples;
			cosines[i] = std::cos(angle);
			sines[i] = std::sin(angle);
		}
	}
	void read()
	{
		for (double &value : values) {
			seed = seed * 1103515245 + 12345;
			value = (seed >> 8) * 1e-7;
		}
	}
	double power(size_t frequency) const
	{
		double a = 0, b = 0;
		for (size_t i = 0, at = 0; i < samples; i++) {
			a += values[i] * cosines[at];
			b += values[i] * sines[at];
			at += frequency;
			if (at >= samples)
				at -= samples;
		}
		return a * a + b * b;
	}

private:
	std::vector<double> values, cosines, sines;
	unsigned seed = 30;
};

double strongest(const std::vector<double> &spectrum)
{
	double best = 0;
	for (double power : spectrum)
		if (power > best)
			best = power;
	return best;
}

[[gnu::noinline]] double analyse(const Signal &signal)
{
	std::vector<double> spectrum;

	spectrum.reserve(samples);
	for (size_t i = 1; i < samples; i++)
		spectrum.push_back(signal.power(i));
	return strongest(spectrum);
}

} // namespace

int main()
{
	Signal signal;
	double sum = 0;

	for (int i = 0; i < 1300; i++) {
		signal.read();
		sum += analyse(signal);
	}
	std::printf("%.6e\n", sum);
}
