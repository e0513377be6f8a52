/* SPDX-License-Identifier: MIT */
/*
 * Turns lightweight markup into HTML: text and notes are std::strings that grow
 * by append(), each page anew. 9,000 hidden chains of 9.1 blocks on average for
 * the text, 1.00 of the final bytes copied; the length of the source is a good
 * first guess.
 *
 * expect: reserve Page::render
 * allow: reserve Page::note
 * allow: hoist Page::render
 */
#include <cstdio>
#include <memory>
#include <string>

namespace {

std::string source;

class Page {
public:
	std::string render(size_t from, size_t to);
	size_t note_count = 0, written = 0;

private:
	[[gnu::noinline]] void emit(const char *text, size_t length)
	{
		html.append(text, length);
		written += length;
	}
	[[gnu::noinline]] void note(const char *text, size_t length)
	{
		notes.append(text, length);
		notes.push_back('\n');
		note_count++;
	}
	std::string html, notes;
};

std::string Page::render(size_t from, size_t to)
{
	while (from < to) {
		size_t end = source.find('\n', from);
		const char *line = source.data() + from;
		size_t length = end - from;

		if (*line == '#')
			note(line + 1, length - 1);
		emit(*line == '#' ? "<h1>" : "<p>", *line == '#' ? 4 : 3);
		emit(line + 1, length - 1);
		emit(*line == '#' ? "</h1>" : "</p>", *line == '#' ? 5 : 4);
		from = end + 1;
	}
	emit(notes.data(), notes.size());
	return std::move(html);
}

void write_source()
{
	unsigned seed = 61;

	while (source.size() < 100000) {
		seed = seed * 1103515245 + 12345;
		source += "a#b*c"[(seed >> 16) % 5];
		source.append(30 + (seed >> 20) % 90, char('a' + seed % 26));
		source += '\n';
	}
}

} // namespace

int main()
{
	unsigned long sum = 0;

	write_source();
	for (size_t i = 0; i < 9000; i++) {
		Page page;
		size_t from = source.find('\n', i * 37 % 70000) + 1;
		size_t to = source.find('\n', from + 9000 + i % 5000) + 1;
		std::string html = page.render(from, to);
		sum = sum * 31 + html.size() + page.note_count + page.written +
		      (unsigned char)html[html.size() / 2];
	}
	std::printf("%lu\n", sum);
}
