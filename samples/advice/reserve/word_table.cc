/* SPDX-License-Identifier: MIT */
/*
 * Counts the words of chapter after chapter in a hash table with open
 * addressing: when it is two thirds full, new slots of twice the number are
 * allocated, every word is entered again, and the old slots are deleted. 4,000
 * hidden chains of 7 blocks, 0.98 of the final bytes taken over; chapters are
 * of like length.
 *
 * expect: reserve WordTable::grow
 */
#include <cstdio>
#include <cstring>
#include <utility>

namespace {

struct Slot {
	unsigned long word;
	unsigned count;
};

class WordTable {
public:
	WordTable() = default;
	WordTable(const WordTable &) = delete;
	WordTable &operator=(const WordTable &) = delete;
	~WordTable() { delete[] slots; }

	void count(unsigned long word)
	{
		if (used * 3 >= room * 2)
			grow();
		Slot &slot = find(word);
		if (!slot.count++) {
			slot.word = word;
			used++;
		}
	}
	unsigned most() const
	{
		unsigned best = 0;
		for (size_t i = 0; i < room; i++)
			if (slots[i].count > best)
				best = slots[i].count;
		return best;
	}

private:
	Slot &find(unsigned long word) const
	{
		size_t at = word * 0x9e3779b97f4a7c15ul >> 20 & (room - 1);
		while (slots[at].count && slots[at].word != word)
			at = (at + 1) & (room - 1);
		return slots[at];
	}
	[[gnu::noinline]] void grow();

	Slot *slots = nullptr;
	size_t used = 0, room = 0;
};

void WordTable::grow()
{
	size_t old_room = std::exchange(room, room ? room * 2 : 8);
	Slot *old = std::exchange(slots, new Slot[room]);

	std::memset(slots, 0, room * sizeof(*slots));
	for (size_t i = 0; i < old_room; i++)
		if (old[i].count)
			find(old[i].word) = old[i];
	delete[] old;
}

unsigned read_chapter(unsigned &seed, int words)
{
	WordTable table;

	for (int i = 0; i < words; i++) {
		seed = seed * 1664525 + 1013904223;
		unsigned long word = (seed >> 8) % 997;
		table.count(word * word % 1500);
	}
	return table.most();
}

} // namespace

int main()
{
	unsigned seed = 1, sum = 0;

	for (int i = 0; i < 4000; i++)
		sum += read_chapter(seed, 800 + i % 400);
	std::printf("%u\n", sum);
}
