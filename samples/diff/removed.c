/* SPDX-License-Identifier: MIT */
/*
 * A tree whose nodes no longer carry a label each.
 * expect grow may temporary=0:1
 * expect label gone allocations=1023:0 bytes_allocated=40920:0
 */
#include "../sample.h"

struct node {
	struct node *left, *right;
	char *label;
};

static SITE char *label(void)
{
	return keep(malloc(40));
}

static SITE struct node *grow(int depth)
{
	struct node *node;

	if (depth == 0)
		return NULL;
	node = calloc(1, sizeof(*node));
	node->left = grow(depth - 1);
	node->right = grow(depth - 1);
	return keep(node);
}

static void fell(struct node *node)
{
	if (!node)
		return;
	fell(node->left);
	fell(node->right);
	free(node->label);
	free(node);
}

static void name_all(struct node **nodes, int count)
{
	for (int i = 0; i < count; i++) {
#ifdef OLD
		nodes[i]->label = label();
#endif
	}
}

static int gather(struct node *node, struct node **nodes, int count)
{
	if (!node)
		return count;
	nodes[count++] = node;
	count = gather(node->left, nodes, count);
	return gather(node->right, nodes, count);
}

int main(void)
{
	static struct node *nodes[1023];
	struct node *root = grow(10);

	name_all(nodes, gather(root, nodes, 0));
	fell(root);
	return 0;
}
