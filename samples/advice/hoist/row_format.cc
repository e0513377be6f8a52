/* SPDX-License-Identifier: MIT */
/*
 * An exporter that turns each row of a table into a std::string of its own, for
 * which it reserves 1,500 bytes; the caller drops it when it is written.
 * 700,000 pairs of 1,501 bytes, L_max 1. One string, cleared for each row,
 * would do.
 *
 * expect: hoist Exporter::format_row
 */
#include <cstdio>
#include <string>

namespace {

struct Row {
	unsigned id, amount;
	bool is_open;
};

class Output {
public:
	void write(const std::string &line)
	{
		bytes += line.size();
		sum = sum * 31 + (unsigned char)line[line.size() / 2];
	}
	unsigned long bytes = 0, sum = 0;
};

class Exporter {
public:
#ifdef FIXED
	using Line = std::string &;
#else
	using Line = std::string;
#endif
	[[gnu::noinline]] Line format_row(const Row &row)
	{
#ifdef FIXED
		kept.clear();
		std::string &line = kept;
#else
		std::string line;
#endif
		line.reserve(1500);
		number(line, row.id);
		number(line, row.amount);
		line += row.is_open ? "open" : "closed";
		return line;
	}

private:
	static void number(std::string &line, unsigned value)
	{
		char digits[12];
		int at = 12;
		do
			digits[--at] = char('0' + value % 10);
		while (value /= 10);
		line.append(digits + at, size_t(12 - at));
		line += ';';
	}
#ifdef FIXED
	std::string kept;
#endif
};

class Table {
public:
	Row next()
	{
		seed = seed * 1664525 + 1013904223;
		return { count++, seed >> 12, seed >> 31 != 0 };
	}

private:
	unsigned seed = 88, count = 0;
};

void write_table(Output &output, int rows)
{
	Table table;
	Exporter exporter;

	for (int i = 0; i < rows; i++)
		output.write(exporter.format_row(table.next()));
}

} // namespace

int main()
{
	Output output;

	write_table(output, 700000);
	std::printf("%lu %lu\n", output.bytes, output.sum);
}
