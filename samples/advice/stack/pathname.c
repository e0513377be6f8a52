/* SPDX-License-Identifier: MIT */
/*
 * A file server makes the names that clients send canonical: a name is split at
 * its slashes into copies of its parts, "." and ".." are resolved, and what is
 * left is joined and hashed. 440,000 calls of 2 to 28 bytes, 6 live at most,
 * every one freed by the call of canonical() that made it.
 *
 * expect: stack canonical
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 7

static unsigned state = 5;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static int join(char **part, int parts, char *out)
{
	int len = 0;

	for (int i = 0; i < parts; i++) {
		int n = strlen(part[i]);

		out[len++] = '/';
		memcpy(out + len, part[i], n);
		len += n;
	}
	out[len] = 0;
	return len;
}

/* Into out, which has as much room as name; its length. */
static int canonical(const char *name, char *out)
{
	char *part[PARTS];
	int parts = 0, len;

	while (*name) {
		size_t n = strcspn(name, "/");

		if (n && parts < PARTS)
			part[parts++] = strndup(name, n);
		name += n + (name[n] == '/');
		if (parts && !strcmp(part[parts - 1], "."))
			free(part[--parts]);
		else if (parts && !strcmp(part[parts - 1], "..")) {
			free(part[--parts]);
			if (parts)
				free(part[--parts]);
		}
	}
	len = join(part, parts, out);
	while (parts)
		free(part[--parts]);
	return len;
}

static void request(char *name)
{
	int parts = 2 + draw(PARTS - 2);

	for (int i = 0; i < parts; i++) {
		unsigned kind = draw(12);
		int len = 2 + draw(26);

		*name++ = '/';
		if (kind < 2) {
			len = kind + 1;
			memset(name, '.', len);
		} else {
			for (int j = 0; j < len; j++)
				name[j] = 'a' + draw(26);
		}
		name += len;
	}
	*name = 0;
}

static unsigned hash_of(const char *text)
{
	unsigned hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

int main(void)
{
	char name[PARTS * 32], out[PARTS * 32];
	unsigned sum = 0;

	for (int i = 0; i < 110000; i++) {
		request(name);
		sum += canonical(name, out);
		sum ^= hash_of(out);
	}
	printf("%08x\n", sum);
	return 0;
}
