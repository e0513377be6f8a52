/* SPDX-License-Identifier: MIT */
/* Where ../moved_file.c and ../moved_grown.c have their moved() when NEW. */
#include "../../sample.h"

void *moved(void);

SITE void *moved(void)
{
	return keep(malloc(160));
}
