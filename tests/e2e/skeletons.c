/* SPDX-License-Identifier: MIT */
/*
 * Prints one skeleton: NAME c|cc BYTES CAPACITY PREWARM [SIZE...]; without
 * arguments the names of all, a line each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/skeletons.h"

int main(int argc, char **argv)
{
	struct remedy remedy = { 0 };
	const char *name;
	char *text;

	for (size_t i = 0; argc < 6 && (name = skeleton_name(i)) != NULL; i++)
		puts(name);
	if (argc < 6)
		return 0;
	remedy.bytes = strtoull(argv[3], NULL, 10);
	remedy.capacity = strtoull(argv[4], NULL, 10);
	remedy.prewarm = strtoull(argv[5], NULL, 10);
	for (int i = 6; i < argc && i < 6 + 8; i++)
		remedy.sizes[remedy.size_count++] = strtoull(argv[i], NULL, 10);
	text = skeleton_text(argv[1], strcmp(argv[2], "c") == 0 ?
			     SKELETON_C : SKELETON_CXX, &remedy);
	if (!text)
		return 1;
	fputs(text, stdout);
	free(text);
	return 0;
}
