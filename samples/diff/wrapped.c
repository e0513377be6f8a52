/* SPDX-License-Identifier: MIT */
/*
 * Calls of malloc that now go through a wrapper which checks them. Nothing
 * else changed.
 */
#include "../sample.h"

#ifdef NEW
static SITE void *xmalloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		_exit(1);
	return keep(p);
}
#else
#define xmalloc malloc
#endif

static SITE void *request(void) { return keep(xmalloc(96)); }
static SITE void *response(void) { return keep(xmalloc(480)); }

int main(void)
{
	for (int i = 0; i < 1000; i++) {
		free(request());
		free(response());
	}
	return 0;
}
