/* SPDX-License-Identifier: MIT */
/*
 * A parts list of a factory: records by number, made by std::make_unique and
 * kept in a table; used for orders all day, while some parts are replaced.
 * 18,000 calls, 16,001 live at most, turnover 1.12, 88% live for more than half
 * the run.
 *
 * near: slab 136 bytes, over 128
 */
#include <cstdio>
#include <memory>
#include <vector>

struct Part {
	unsigned number, stock, weight, drawer;
	unsigned uses[6];
	char label[96];
};

static_assert(sizeof(Part) == 136, "just over the gate");

class Store {
public:
	explicit Store(unsigned parts) : part_(parts) {}
	void stock(unsigned number);
	void scrap(unsigned number) { part_[number % part_.size()].reset(); }
	unsigned order(unsigned number, unsigned depth);

private:
	std::unique_ptr<Part> make(unsigned number) const;

	std::vector<std::unique_ptr<Part>> part_;
};

std::unique_ptr<Part> Store::make(unsigned number) const
{
	auto part = std::make_unique<Part>();

	part->number = number;
	part->stock = 100 + number % 17;
	part->weight = number % 1000;
	part->drawer = number / 24;
	for (unsigned i = 0; i < 6; i++)
		part->uses[i] = (number * 31 + i * 977) % part_.size();
	std::snprintf(part->label, sizeof(part->label), "part %u", number);
	return part;
}

void Store::stock(unsigned number)
{
	part_[number % part_.size()] = make(number);
}

unsigned Store::order(unsigned number, unsigned depth)
{
	unsigned weight = 0;

	while (depth--) {
		const Part *part = part_[number].get();

		if (!part)
			break;
		weight += part->weight;
		number = part->uses[depth % 6];
	}
	return weight;
}

int main()
{
	constexpr unsigned kParts = 16000;
	static Store &store = *new Store(kParts);
	unsigned sum = 0;

	for (unsigned i = 0; i < kParts + 2000; i++) {
		store.stock(i);
		if (i < kParts)
			continue;
		if (i % 4 == 0)
			store.scrap(i * 7);
		for (unsigned k = 0; k < 300; k++)
			sum += store.order((i * 389 + k * 53) % kParts, 12);
	}
	std::printf("%u\n", sum);
	return 0;
}
