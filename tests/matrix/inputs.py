# SPDX-License-Identifier: MIT
"""Things to work on, the same at every call."""
import json


def table(lines):
    """Lines of three words: number, number, name."""
    return "".join("%d %d line%d\n" % (i, i * 7919 % 1000, i % 13)
                   for i in range(1, lines + 1))


def orders(count):
    """JSON, a list of objects."""
    return json.dumps([{
        "id": i, "customer": "c%d" % (i * 31 % 97), "note": "x" * (i % 40),
        "items": [{"price": (i * j) % 100 / 4, "name": "item %d" % j}
                  for j in range(i % 7)]} for i in range(count)])


def c_project(run, functions=12):
    """src/: a C program of several files, whose Makefile, CMakeLists.txt and
    build.ninja make `program`."""
    names = ["part%d" % i for i in range(functions)]
    for i, name in enumerate(names):
        run.write("src/%s.c" % name, PART % {"name": name, "n": i + 3})
    run.write("src/main.c", "#include <stdio.h>\n" +
              "".join("long %s(long);\n" % n for n in names) +
              "int main(void)\n{\n\tlong n = 1;\n\n" +
              "".join("\tn = %s(n);\n" % n for n in names) +
              '\treturn printf("%ld\\n", n) < 0;\n}\n')
    files = names + ["main"]
    run.write("src/Makefile", "OBJECTS := %s\nCFLAGS := -O2 -g\n"
              "program: $(OBJECTS)\n\t$(CC) -o $@ $^\n" %
              " ".join(n + ".o" for n in files))
    run.write("src/CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\n"
              "project(program C)\nadd_executable(program %s)\n" %
              " ".join(n + ".c" for n in files))
    run.write("src/build.ninja", "rule cc\n  command = gcc -O2 -g -c -o $out $in\n"
              "rule link\n  command = gcc -o $out $in\n" +
              "".join("build %s.o: cc %s.c\n" % (n, n) for n in files) +
              "build program: link %s\n" % " ".join(n + ".o" for n in files))


PART = """#include <stdlib.h>
#include <string.h>

struct node {
	struct node *next;
	long value;
	char text[16];
};

static struct node *push(struct node *list, long value)
{
	struct node *node = malloc(sizeof(*node));

	if (!node)
		abort();
	node->next = list;
	node->value = value;
	memset(node->text, (int)(value %% 26) + 'a', sizeof(node->text));
	return node;
}

long %(name)s(long n)
{
	struct node *list = NULL, *next;
	long sum = 0;

	for (long i = 0; i < %(n)d * 10; i++)
		list = push(list, i * n %% 1009);
	for (; list; list = next) {
		next = list->next;
		sum += list->value * %(n)d ^ list->text[%(n)d %% 16];
		free(list);
	}
	return sum %% 100003 + 1;
}
"""
