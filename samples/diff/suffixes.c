/* SPDX-License-Identifier: MIT */
/*
 * Static functions that another level of optimisation copies and splits: the
 * symbols become make.constprop.0, make.isra.0 and the like. Nothing changed.
 * build old -O1
 * build new -O3 -fno-ipa-modref
 */
#include "../sample.h"

struct wish {
	size_t size;
	long unused[6];
};

/* Each call has the same flag: a copy of the function for it. */
static __attribute__((noinline)) void *make(const struct wish *wish, int flag)
{
	void *p = malloc(flag ? wish->size : 2 * wish->size);

	return keep(p);
}

static __attribute__((noinline)) void *twice(const struct wish *wish, int flag)
{
	void *p = make(wish, flag);

	free(keep(p));
	return make(wish, flag);
}

int main(void)
{
	struct wish wish = { .size = 72 };

	for (int i = 0; i < 2000; i++)
		free(keep(twice(keep(&wish), 1)));
	return 0;
}
