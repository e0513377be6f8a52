/* SPDX-License-Identifier: MIT */
/*
 * A service that parses a JSON request into a tree, indexes its keys, answers
 * and takes the tree apart again, node by node. Whatever a request allocates
 * dies with it: 540 epochs of 1,354 objects, all bytes freed in their epoch,
 * total/peak 1.00. The settings in main live as long as the run.
 *
 * expect: arena handle_request
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { OBJECT, ARRAY, NUMBER, STRING };

struct node {
	enum kind kind;
	double number;
	char *key, *text;
	struct node *child, *next;
};

struct key_entry {
	const struct node *node;
	unsigned hash;
	struct key_entry *next;
};

#define TEXTS 8
#define BUCKETS 64
#define REQUESTS 540

static char texts[TEXTS][32768];
static unsigned seed = 12345;

static unsigned next_random(unsigned limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

#ifdef FIXED
static char region[1 << 18];
static size_t region_used;
#endif

static void *request_alloc(size_t size)
{
#ifdef FIXED
	void *p = region + region_used;

	region_used += (size + 15) & ~(size_t)15;
	if (region_used > sizeof(region))
		abort();
	return p;
#else
	void *p = malloc(size);

	if (!p)
		abort();
	return p;
#endif
}

static char *parse_string(const char **p)
{
	const char *start = ++*p;
	char *copy;

	while (**p != '"')
		++*p;
	copy = request_alloc((size_t)(*p - start) + 1);
	memcpy(copy, start, (size_t)(*p - start));
	copy[*p - start] = 0;
	++*p;
	return copy;
}

static struct node *parse_value(const char **p);

static void parse_members(const char **p, struct node *parent, char close)
{
	struct node **tail = &parent->child;

	for (++*p; **p != close; tail = &(*tail)->next) {
		char *key = NULL;

		if (close == '}') {
			key = parse_string(p);
			++*p;
		}
		*tail = parse_value(p);
		(*tail)->key = key;
		if (**p == ',')
			++*p;
	}
	++*p;
}

static struct node *parse_value(const char **p)
{
	struct node *node = request_alloc(sizeof(*node));

	*node = (struct node){ .kind = NUMBER };
	if (**p == '{' || **p == '[') {
		node->kind = **p == '{' ? OBJECT : ARRAY;
		parse_members(p, node, node->kind == OBJECT ? '}' : ']');
	} else if (**p == '"') {
		node->kind = STRING;
		node->text = parse_string(p);
	} else {
		while (**p >= '0' && **p <= '9')
			node->number = node->number * 10 + *(*p)++ - '0';
	}
	return node;
}

static double add_up(const struct node *node, struct key_entry **index)
{
	double sum = node->number;

	if (node->key) {
		struct key_entry *entry = request_alloc(sizeof(*entry));

		entry->node = node;
		entry->hash = (unsigned char)node->key[1] % BUCKETS;
		entry->next = index[entry->hash];
		index[entry->hash] = entry;
	}
	for (node = node->child; node; node = node->next)
		sum += add_up(node, index);
	return sum;
}

#ifndef FIXED
static void free_tree(struct node *node)
{
	while (node) {
		struct node *next = node->next;

		free_tree(node->child);
		free(node->key);
		free(node->text);
		free(node);
		node = next;
	}
}

static void free_index(struct key_entry **index)
{
	for (int i = 0; i < BUCKETS; i++)
		while (index[i]) {
			struct key_entry *entry = index[i];

			index[i] = entry->next;
			free(entry);
		}
}
#endif

static __attribute__((noinline)) double handle_request(const char *text)
{
	struct key_entry *index[BUCKETS] = { NULL };
	struct node *root = parse_value(&text);
	double sum = add_up(root, index);

#ifdef FIXED
	region_used = 0;
#else
	free_index(index);
	free_tree(root);
#endif
	return sum;
}

static char *write_value(char *out, int depth)
{
	unsigned choice = depth > 3 ? 2 + next_random(2) : (unsigned)depth % 2;

	if (choice == 2)
		return out + sprintf(out, "%u", next_random(10000));
	if (choice == 3)
		return out + sprintf(out, "\"text %u\"", next_random(100000));
	*out++ = choice ? '[' : '{';
	for (int i = 0; i < 5; i++) {
		if (!choice)
			out += sprintf(out, "\"k%u\":", next_random(90));
		out = write_value(out, depth + 1);
		*out++ = ',';
	}
	out[-1] = choice ? ']' : '}';
	return out;
}

int main(void)
{
	char *settings = malloc(3000);
	double sum = 0;

	if (!settings)
		return 1;
	memset(settings, 1, 3000);
	for (int i = 0; i < TEXTS; i++)
		*write_value(texts[i], 0) = 0;
	for (int i = 0; i < REQUESTS; i++)
		sum += handle_request(texts[i % TEXTS]) + settings[i];
	printf("%.0f\n", sum);
	free(settings);
	return 0;
}
