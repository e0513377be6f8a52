/* SPDX-License-Identifier: MIT */
/*
 * A request handler that forgets its header where the body is empty: one
 * request in ten. Neither the calls nor the bytes change.
 * expect header kept allocations=2000:2000 leaked_blocks=0:200
 * expect header kept leaked_bytes=0:20000
 */
#include "../sample.h"

static SITE void *header(void) { return keep(malloc(100)); }
static SITE void *body(void) { return keep(malloc(300)); }

static SITE void handle(int request)
{
	void *head = header();

	if (request % 10 == 0) {
#ifdef OLD
		free(head);
#endif
		return;
	}
	free(body());
	free(head);
}

int main(void)
{
	for (int i = 0; i < 2000; i++)
		handle(i);
	return 0;
}
