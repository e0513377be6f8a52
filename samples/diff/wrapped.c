/* SPDX-License-Identifier: MIT */
/*
 * Calls of malloc that now go through a wrapper which checks them: another
 * function allocates, for the same callers as before.
 * expect request any allocations=1000:1000 bytes_allocated=96000:96000
 * expect response any allocations=1000:1000 bytes_allocated=480000:480000
 * expect function xmalloc new allocations=0:2000 bytes_allocated=0:576000
 * expect function request gone allocations=1000:0
 * expect function response gone allocations=1000:0
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
