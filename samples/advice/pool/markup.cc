/* SPDX-License-Identifier: MIT */
/*
 * A template engine: every page is parsed into a tree of nodes of one size,
 * is rendered, and the whole tree goes. One size and thousands of turns are
 * what a pool likes too, but a region that is reset after each page is the
 * better remedy, and stands before it: nothing outlives its page. 313,916
 * calls of 120 bytes, at most 84 live, turnover 3,737, and 5,000 times none
 * is live.
 *
 * near: pool arena stands before it
 * allow: arena *
 */
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

struct Node {
	uint32_t tag = 0, depth = 0;
	std::unique_ptr<Node> child, sibling;
	char text[96] = "";
};

class Template {
public:
	explicit Template(uint32_t seed) : seed(seed) {}

	std::unique_ptr<Node> parse()
	{
		left = 50 + draw() % 40;
		return element(0);
	}

private:
	uint32_t seed;
	int left = 0;

	uint32_t draw()
	{
		seed = seed * 1664525 + 1013904223;
		return seed >> 8;
	}

	std::unique_ptr<Node> element(uint32_t depth)
	{
		auto node = std::make_unique<Node>();
		node->tag = draw() % 30;
		node->depth = depth;
		for (uint32_t i = 0; i < 8 + node->tag; i++)
			node->text[i] = char('a' + (node->tag + i) % 26);
		left--;
		std::unique_ptr<Node> *at = &node->child;
		uint32_t children = depth < 12 ? draw() % 5 : 0;
		for (; children && left > 0; children--) {
			*at = element(depth + 1);
			at = &(*at)->sibling;
		}
		if (!depth)	/* until the page is full */
			for (; left > 0; at = &(*at)->sibling)
				*at = element(1);
		return node;
	}
};

static void render(const Node &node, std::string &out)
{
	out += '<';
	out += char('a' + node.tag % 26);
	out += '>';
	for (const char *c = node.text; *c; c++)
		out += *c == '&' ? '+' : *c;
	for (const Node *n = node.child.get(); n; n = n->sibling.get())
		render(*n, out);
}

static uint64_t serve(int pages)
{
	Template source(6);
	std::string out;
	uint64_t sum = 0;

	out.reserve(16384);
	while (pages--) {
		auto page = source.parse();
		out.clear();
		render(*page, out);
		sum = sum * 31 + out.size() + uint8_t(out[out.size() / 2]);
	}
	return sum;
}

int main()
{
	printf("sum %llu\n", (unsigned long long)serve(5000));
	return 0;
}
