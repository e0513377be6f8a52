/* SPDX-License-Identifier: MIT */
/*
 * A camera's exposure control keeps the histogram of the frame before.
 * Histogram's assignment takes new bins and drops the pointer to the old ones
 * without delete[]. 60,000 blocks of 192 bytes, all but one never freed; the
 * live count rises to the end, at last 96% of the peak.
 *
 * expect: leak Histogram::operator=
 */
#include <cstdio>
#include <cstring>

class Histogram {
public:
	explicit Histogram(unsigned bins)
		: bins_(bins), count_(new unsigned[bins]())
	{
	}
	Histogram(const Histogram &) = delete;
	~Histogram() { delete[] count_; }
	Histogram &operator=(const Histogram &other);

	void clear() { std::memset(count_, 0, bins_ * sizeof(*count_)); }
	void add(unsigned level) { count_[level * bins_ / 256]++; }
	unsigned distance(const Histogram &other) const;
	unsigned median() const;

private:
	unsigned bins_;
	unsigned *count_;
};

Histogram &Histogram::operator=(const Histogram &other)
{
	if (this == &other)
		return *this;
	bins_ = other.bins_;
	count_ = new unsigned[bins_];
	std::memcpy(count_, other.count_, bins_ * sizeof(*count_));
	return *this;
}

unsigned Histogram::distance(const Histogram &other) const
{
	unsigned sum = 0;

	for (unsigned i = 0; i < bins_; i++)
		sum += count_[i] > other.count_[i] ?
			       count_[i] - other.count_[i] :
			       other.count_[i] - count_[i];
	return sum;
}

unsigned Histogram::median() const
{
	unsigned all = 0, below = 0, i = 0;

	for (unsigned k = 0; k < bins_; k++)
		all += count_[k];
	while (i < bins_ && below * 2 < all)
		below += count_[i++];
	return i;
}

class Exposure {
public:
	unsigned frame(unsigned number);

private:
	void read(unsigned number);

	Histogram now_{ 48 }, before_{ 48 };
	unsigned gain_ = 16, state_ = 4;
};

void Exposure::read(unsigned number)
{
	now_.clear();
	for (unsigned i = 0; i < 600; i++) {
		state_ = state_ * 1664525u + 1013904223u;
		now_.add(((state_ >> 24) * gain_ / 16 + number) & 255);
	}
}

unsigned Exposure::frame(unsigned number)
{
	unsigned moved;

	read(number);
	moved = now_.distance(before_);
	gain_ = now_.median() < 24 ? 17 : 15;
	before_ = now_;
	return moved;
}

int main()
{
	Exposure exposure;
	unsigned sum = 0;

	for (unsigned i = 0; i < 60000; i++)
		sum += exposure.frame(i);
	std::printf("%u\n", sum);
	return 0;
}
