/* SPDX-License-Identifier: MIT */
/*
 * Two disks that mirror one another are compared sector by sector: a sector of
 * each, 1,024 bytes and a checksum, is read into a vector. 144,000 calls, 2
 * live at most, every one freed by the call that made it; malloc's own cache
 * serves them all.
 *
 * near: stack 1,028 bytes, over 1 KiB
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

using Bytes = std::vector<uint8_t>;

class Disk {
public:
	static constexpr size_t kSector = 1024;

	explicit Disk(size_t sectors) : data_(sectors * kSector) {}
	size_t sectors() const { return data_.size() / kSector; }
	uint8_t *at(size_t sector) { return &data_[sector * kSector]; }
	const uint8_t *at(size_t sector) const
	{
		return &data_[sector * kSector];
	}

private:
	Bytes data_;
};

static uint32_t checksum(const uint8_t *data, size_t size)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < size; i++) {
		a += data[i];
		b += a;
	}
	return a ^ b << 16;
}

static bool same_sector(const Disk &left, const Disk &right, size_t sector)
{
	const Disk *disks[2] = { &left, &right };
	Bytes copy[2];

	for (int i = 0; i < 2; i++) {
		const uint8_t *data = disks[i]->at(sector);
		uint32_t sum = checksum(data, Disk::kSector);

		copy[i].resize(Disk::kSector + sizeof(sum));
		std::memcpy(copy[i].data(), data, Disk::kSector);
		std::memcpy(&copy[i][Disk::kSector], &sum, sizeof(sum));
	}
	return copy[0] == copy[1];
}

static size_t compare(const Disk &left, const Disk &right)
{
	size_t differ = 0;

	for (size_t i = 0; i < left.sectors(); i++)
		differ += !same_sector(left, right, i);
	return differ;
}

int main()
{
	Disk left(600), right(600);
	size_t differ = 0;

	for (int pass = 0; pass < 120; pass++) {
		*right.at(pass * 5 % 600) ^= 1;
		differ += compare(left, right);
	}
	std::printf("%zu differ\n", differ);
	return 0;
}
