// SPDX-License-Identifier: MIT
// What views.sh looks at: containers, templates, lambdas and recursion, at -O2.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

static volatile long sink;

struct Token {
	std::string text;
	int kind;
};

template <typename T> struct Stack {
	std::vector<T> items;
	void add(T item) { items.push_back(std::move(item)); }
};

struct Parser {
	Stack<Token> stack;
	std::map<std::string, std::vector<int>> index;

	__attribute__((noinline)) void feed(const char *s, int i)
	{
		stack.add(Token{ std::string(s) + ", too long to be inside", i });
		index[std::string("a long key, number ") + std::to_string(i)]
			.push_back(i); // LINE push
	}
};

static std::unique_ptr<int[]> buffer(int n)
{
	return std::make_unique<int[]>(n); // LINE buffer
}

__attribute__((noinline)) static int visit(int n,
					   const std::function<int(int)> &f)
{
	int here = n ? visit(n - 1, f) + 1 : f(n);

	char *volatile text = new char[32]; // LINE visit

	delete[] text;
	return here;
}

int main()
{
	Parser parser;
	auto deep = [](int n) {
		std::string text = "a long text for the heap " + std::to_string(n);

		return static_cast<int>(text.size());
	};

	for (int i = 0; i < 500; i++) {
		parser.feed("token", i);
		auto b = buffer(i + 1);
		b[0] = i;
		sink += b[0];
	}
	for (int i = 0; i < 100; i++)
		sink += visit(i % 7, deep);
	return 0;
}
