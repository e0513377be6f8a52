/* SPDX-License-Identifier: MIT */
/*
 * A library whose inline namespace counts its releases: v1 became v2, and with
 * it the name of its function. Under another name it is another function.
 * build old -std=c++17 -g -O1 -DRELEASE=v1
 * build new -std=c++17 -g -O1 -DRELEASE=v2
 * expect v1 gone allocations=1000:0 bytes_allocated=144000:0
 * expect v2 new allocations=0:1000 bytes_allocated=0:144000
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
