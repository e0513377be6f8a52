/* SPDX-License-Identifier: MIT */
/*
 * A compiler's front end: each function of a made-up source becomes a tree of
 * std::unique_ptr, constants are folded, code is counted, and the tree goes.
 * 800 epochs of 803 objects on average, total/peak 1.04; folding lets some
 * nodes go early. The names that the module has seen outlive every function.
 *
 * expect: arena Compiler::compile_function
 */
#include <cstdio>
#include <memory>
#include <string>

namespace {

struct Expr {
	virtual ~Expr() = default;
	virtual bool constant(long &) const { return false; }
	virtual int emit() const = 0;
};
using ExprPtr = std::unique_ptr<Expr>;

struct Number : Expr {
	long value;
	explicit Number(long v) : value(v) {}
	bool constant(long &v) const override { v = value; return true; }
	int emit() const override { return 1; }
};

struct Variable : Expr {
	int slot;
	int depth;
	long uses = 0;
	Variable(int s, int d) : slot(s), depth(d) {}
	int emit() const override { return 2 + (slot & 1); }
};

struct Binary : Expr {
	char op;
	ExprPtr left, right;
	Binary(char o, ExprPtr l, ExprPtr r)
		: op(o), left(std::move(l)), right(std::move(r)) {}
	int emit() const override { return left->emit() + right->emit() + 1; }
};

struct Call : Expr {
	int target;
	ExprPtr arguments[3];
	explicit Call(int t) : target(t) {}
	int emit() const override
	{
		int code = 5;
		for (const auto &argument : arguments)
			code += argument->emit();
		return code;
	}
};

class Compiler {
public:
	[[gnu::noinline]] int compile_function(int statements);
	std::string names;

private:
	ExprPtr parse(int depth);
	ExprPtr primary(int depth);
	ExprPtr fold(char op, ExprPtr left, ExprPtr right);
	unsigned random(unsigned limit)
	{
		seed = seed * 1103515245 + 12345;
		return (seed >> 12) % limit;
	}
	unsigned seed = 7;
};

ExprPtr Compiler::primary(int depth)
{
	switch (random(5)) {
	case 0:
	case 1:
		return std::make_unique<Number>(random(100));
	case 2:
		if (depth < 6) {
			auto call = std::make_unique<Call>(int(random(20)));
			for (auto &argument : call->arguments)
				argument = parse(depth + 2);
			return call;
		}
		/* fall through */
	default:
		return std::make_unique<Variable>(int(random(16)), depth);
	}
}

ExprPtr Compiler::fold(char op, ExprPtr left, ExprPtr right)
{
	long a, b;

	if (left->constant(a) && right->constant(b))
		return std::make_unique<Number>(
			op == '+' ? a + b : a * b % 997);
	return std::make_unique<Binary>(op, std::move(left), std::move(right));
}

ExprPtr Compiler::parse(int depth)
{
	if (depth > 7)
		return primary(depth);
	ExprPtr left = parse(depth + 1 + int(random(2)));
	ExprPtr right = primary(depth + 1);
	return fold(random(2) ? '+' : '*', std::move(left), std::move(right));
}

int Compiler::compile_function(int statements)
{
	struct Statement {
		ExprPtr value;
		std::unique_ptr<Statement> next;
	};
	std::unique_ptr<Statement> body;
	int code = 0;

	for (int i = 0; i < statements; i++) {
		auto statement = std::make_unique<Statement>();
		statement->value = parse(0);
		statement->next = std::move(body);
		body = std::move(statement);
	}
	for (auto *s = body.get(); s; s = s->next.get())
		code += s->value->emit();
	return code;
}

} // namespace

int main()
{
	Compiler compiler;
	long code = 0;

	compiler.names.assign(2000, 'n');
	for (int i = 0; i < 800; i++)
		code += compiler.compile_function(30);
	std::printf("%ld %zu\n", code, compiler.names.size());
}
