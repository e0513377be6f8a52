/* SPDX-License-Identifier: MIT-0 */
/* A buffer on the stack, and the heap for what is larger. */
#include <stdlib.h>
#include <string.h>

#define LOCAL_BYTES @bytes@ /* a constant: never alloca() or a VLA */

size_t work(const char *from, size_t size)
{
	_Alignas(16) char local[LOCAL_BYTES];
	char *buffer = size <= sizeof(local) ? local : malloc(size);
	size_t used = 0;

	if (!buffer)
		return 0;
	memcpy(buffer, from, size); /* your work */
	used = size;
	if (buffer != local)
		free(buffer);
	return used; /* never the buffer */
}
