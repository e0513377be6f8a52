/* SPDX-License-Identifier: MIT */
/*
 * A mixer: for every block of sound the voices are added up in a std::vector of
 * its own, then scaled into the output. 60,000 pairs of 1,200 to 1,516 bytes,
 * L_max 1; the blocks' lengths differ by a quarter.
 *
 * expect: hoist Mixer::mix_block
 */
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

class Voice {
public:
	explicit Voice(float pitch) : step(pitch / 44100) {}
	void add(std::vector<float> &block)
	{
		for (float &sample : block) {
			phase += step;
			if (phase > 1)
				phase -= 1;
			sample += phase - 0.5f;
		}
	}

private:
	float step, phase = 0;
};

class Mixer {
public:
	Mixer()
	{
		for (int i = 0; i < 2; i++)
			voices.emplace_back(220.0f * float(std::pow(1.5, i)));
		output.resize(512);
	}
	[[gnu::noinline]] float mix_block(size_t length)
	{
		std::vector<float> block(length);
		for (Voice &voice : voices)
			voice.add(block);
		return scale(block);
	}

private:
	float scale(const std::vector<float> &block)
	{
		float loudest = 0;
		for (size_t i = 0; i < block.size(); i++) {
			output[i] = block[i] * volume;
			if (output[i] > loudest)
				loudest = output[i];
		}
		return loudest;
	}

	std::vector<Voice> voices;
	std::vector<float> output;
	float volume = 0.8f;
};

} // namespace

int main()
{
	Mixer mixer;
	double sum = 0;

	for (size_t i = 0; i < 60000; i++)
		sum += mixer.mix_block(300 + i * 13 % 80);
	std::printf("%.3f\n", sum);
}
