/* SPDX-License-Identifier: MIT */
#include "analyzer/size_text.h"

#include <stddef.h>
#include <string.h>

/* Reads digits; returns what follows them, NULL if there are none or they are
 * too many. */
static const char *read_digits(const char *text, uint64_t *value)
{
	uint64_t digits = 0;

	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(digits, 10, &digits) ||
		    __builtin_add_overflow(digits, (uint64_t)(*text - '0'),
					   &digits))
			return NULL;
	*value = digits;
	return text;
}

int size_text_parse(const char *text, uint64_t *bytes)
{
	static const char letters[] = "kKmMgGtT";
	uint64_t value;
	unsigned int shift = 0;
	const char *rest = read_digits(text, &value);
	const char *letter;

	if (!rest)
		return -1;
	if (*rest) {
		letter = strchr(letters, *rest);
		if (!letter || rest[1])
			return -1;
		shift = 10 * (unsigned int)((letter - letters) / 2 + 1);
	}
	if (value > UINT64_MAX >> shift)
		return -1;
	*bytes = value << shift;
	return 0;
}

int number_text_parse(const char *text, uint64_t max, uint64_t *number)
{
	uint64_t value;
	const char *rest = read_digits(text, &value);

	if (!rest || *rest || value > max)
		return -1;
	*number = value;
	return 0;
}
