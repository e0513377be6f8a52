/* SPDX-License-Identifier: MIT */
/*
 * A library whose inline namespace counts its releases: v1 became v2, and what
 * uses it did not change. The function in it is called as before.
 * build old -std=c++17 -g -O1 -DRELEASE=v1
 * build new -std=c++17 -g -O1 -DRELEASE=v2
 */
#include "../sample.h"

namespace codec {
inline namespace RELEASE {
SITE void *open(int size) { return keep(malloc(size)); }
}
}

SITE void *session() { return keep(malloc(72)); }

int main()
{
	for (int i = 0; i < 1000; i++) {
		free(codec::open(144));
		free(session());
	}
	return 0;
}
