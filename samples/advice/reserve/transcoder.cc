/* SPDX-License-Identifier: MIT */
/*
 * Turns names from Latin-1 into escaped ASCII: each name's new block is some
 * 1.4 times as long as its old one, which is freed right after, in the same
 * function. It looks like growth, but is a translation: 96,000 pairs of blocks,
 * 0.72 of the bytes. The names come in dozens, and the last 200 are kept.
 *
 * near: reserve length: chains of 2, under 3
 */
#include <array>
#include <cstdio>
#include <cstring>

namespace {

struct Name {
	char *text = nullptr;
	unsigned length = 0;
};

class Source {
public:
	static constexpr size_t dozen = 12;

	[[gnu::noinline]] void read(std::array<Name, dozen> &names)
	{
		for (Name &name : names) {
			name.length = 26 + random() % 5;
			name.text = new char[name.length];
			for (unsigned i = 0; i < name.length; i++)
				name.text[i] = letter(i);
		}
	}

private:
	char letter(unsigned i)
	{
		return char(i % 8 == 3 ? 0xe0 + random() % 16 :
					 'a' + random() % 26);
	}
	unsigned random()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 9;
	}
	unsigned seed = 11;
};

unsigned escape(const Name &from, char *to)
{
	unsigned length = 0;

	for (unsigned i = 0; i < from.length; i++) {
		unsigned char c = (unsigned char)from.text[i];
		if (c < 128) {
			to[length++] = char(c);
			continue;
		}
		to[length++] = '=';
		to[length++] = "0123456789abcdef"[c >> 4];
		to[length++] = "0123456789abcdef"[c & 15];
		to[length++] = ';';
	}
	return length;
}

[[gnu::noinline]] void translate(Name &name)
{
	unsigned room = name.length + 3 * ((name.length + 4) / 8);
	char *text = new char[room];

	name.length = escape(name, text);
	delete[] name.text;
	name.text = text;
}

class Directory {
public:
	~Directory()
	{
		for (Name &name : names)
			delete[] name.text;
	}
	unsigned add(const Name &name)
	{
		Name &place = names[next++ % names.size()];
		unsigned hash = 0;

		delete[] place.text;
		place = name;
		for (unsigned i = 0; i < name.length; i++)
			hash = hash * 31 + (unsigned char)name.text[i];
		return hash;
	}

private:
	std::array<Name, 200> names;
	size_t next = 0;
};

} // namespace

int main()
{
	Source source;
	Directory directory;
	std::array<Name, Source::dozen> names;
	unsigned sum = 0;

	for (int i = 0; i < 8000; i++) {
		source.read(names);
		for (Name &name : names)
			translate(name);
		for (const Name &name : names)
			sum ^= directory.add(name);
	}
	std::printf("%u\n", sum);
}
