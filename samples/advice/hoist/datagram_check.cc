/* SPDX-License-Identifier: MIT */
/*
 * A receiver that copies every datagram into a Buffer of its own to undo its
 * masking and check its sum; the Buffer ends with the scope. 250,000 pairs of
 * 1,200 to 1,449 bytes, L_max 1.
 *
 * expect: hoist Receiver::unmask
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

namespace {

class Buffer {
public:
	explicit Buffer(size_t size) : bytes(new uint8_t[size]), length(size) {}
	uint8_t *begin() { return bytes.get(); }
	const uint8_t *begin() const { return bytes.get(); }
	const uint8_t *end() const { return bytes.get() + length; }
	size_t size() const { return length; }

private:
	std::unique_ptr<uint8_t[]> bytes;
	size_t length;
};

class Receiver {
public:
	bool receive(const uint8_t *wire, size_t size)
	{
		Buffer plain = unmask(wire, size);
		return check(plain);
	}
	unsigned accepted = 0;
	uint32_t last = 0;

private:
	[[gnu::noinline]] Buffer unmask(const uint8_t *wire, size_t size)
	{
		Buffer plain(size);
		uint64_t mask = 0x5a5a0f0f33cc55aaull + size;
		for (size_t i = 0; i + 8 <= size; i += 8) {
			uint64_t word;
			std::memcpy(&word, wire + i, 8);
			word ^= mask;
			std::memcpy(plain.begin() + i, &word, 8);
		}
		return plain;
	}
	bool check(const Buffer &plain)
	{
		uint32_t a = 1, b = 0;
		for (size_t i = 0; i + 8 <= plain.size(); i += 8) {
			uint32_t word;
			std::memcpy(&word, plain.begin() + i, 4);
			a += word;
			b ^= a;
		}
		last = b;
		accepted += b & 1;
		return b & 1;
	}
};

} // namespace

int main()
{
	auto wire = std::make_unique<uint8_t[]>(4096);
	Receiver receiver;
	uint32_t seed = 6, sum = 0;

	for (int i = 0; i < 4096; i++) {
		seed = seed * 1103515245 + 12345;
		wire[i] = uint8_t(seed >> 16);
	}
	for (int i = 0; i < 250000; i++) {
		seed = seed * 1103515245 + 12345;
		size_t size = 1200 + (seed >> 16) % 250;
		receiver.receive(wire.get() + (seed >> 20) % 2000, size);
		sum = sum * 7 + receiver.last;
	}
	std::printf("%u %u\n", sum, receiver.accepted);
}
