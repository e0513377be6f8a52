/* SPDX-License-Identifier: MIT */
#include "analyzer/edit_distance.h"

#include <ctype.h>
#include <string.h>

static size_t least(size_t a, size_t b, size_t c)
{
	size_t low = a < b ? a : b;

	return low < c ? low : c;
}

size_t edit_distance(const char *a, const char *b)
{
	size_t row[EDIT_WORD_MAX + 1];
	size_t columns = strnlen(b, EDIT_WORD_MAX);
	size_t rows = strnlen(a, EDIT_WORD_MAX);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; i <= rows; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t above = row[j];
			size_t differs = tolower((unsigned char)a[i - 1]) !=
					 tolower((unsigned char)b[j - 1]);

			row[j] = least(above + 1, row[j - 1] + 1,
				       corner + differs);
			corner = above;
		}
	}
	return row[columns];
}
