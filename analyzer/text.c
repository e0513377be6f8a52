/* SPDX-License-Identifier: MIT */
#include "analyzer/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/memory.h"

/* The length of the UTF-8 character at p, 0 if there is none. */
static size_t utf8_len(const unsigned char *p, size_t len)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t bytes = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
		       p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t code = bytes > 1 ? p[0] & (0x7fu >> bytes) : p[0];

	if (bytes > len)
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (bytes && (code < least[bytes] || code > 0x10ffff ||
		      (code >= 0xd800 && code < 0xe000)))
		return 0;
	return bytes;
}

/* Would it move a cursor or switch a terminal's mode? */
static int is_control(const unsigned char *p, size_t bytes)
{
	return p[0] < 0x20 || p[0] == 0x7f ||
	       (bytes == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}

/* The bytes of one character as \n, \t or \xHH each. */
static char *put_escaped(char *out, const unsigned char *p, size_t bytes)
{
	if (*p == '\n' || *p == '\t') {
		*out++ = '\\';
		*out++ = *p == '\n' ? 'n' : 't';
		return out;
	}
	for (size_t i = 0; i < bytes; i++)
		out += sprintf(out, "\\x%02x", p[i]);
	return out;
}

char *text_escape(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	char *string = xcalloc(len + 1, 4);
	char *out = string;

	while (len) {
		size_t one = utf8_len(p, len);
		size_t taken = one ? one : 1;

		if (one && !is_control(p, one)) {
			memcpy(out, p, one);
			out += one;
		} else {
			out = put_escaped(out, p, taken);
		}
		p += taken;
		len -= taken;
	}
	*out = '\0';
	return string;
}

char *text_line(const char *string)
{
	return text_escape(string, strlen(string));
}

char *text_utf8(const char *bytes, size_t len)
{
	static const char replacement[] = "\xef\xbf\xbd";
	const unsigned char *p = (const unsigned char *)bytes;
	char *string = xcalloc(len + 1, 3);
	char *out = string;

	while (len) {
		size_t one = *p ? utf8_len(p, len) : 0;

		memcpy(out, one ? (const char *)p : replacement,
		       one ? one : 3);
		out += one ? one : 3;
		p += one ? one : 1;
		len -= one ? one : 1;
	}
	*out = '\0';
	return string;
}

/* `value` with three significant digits, in the unit that suits. */
static void scale(char *out, double value, double step,
		  const char *const *units)
{
	unsigned int unit = 0;

	while (value >= step * 0.9995 && units[unit + 1]) {
		value /= step;
		unit++;
	}
	snprintf(out, TEXT_NUMBER_BYTES, "%.*f %s",
		 unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2,
		 value, units[unit]);
}

char *text_bytes(char out[TEXT_NUMBER_BYTES], double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
					     "PiB", "EiB", NULL };

	scale(out, bytes, 1024, units);
	return out;
}

char *text_count(char out[TEXT_NUMBER_BYTES], uint64_t count)
{
	char digits[TEXT_NUMBER_BYTES];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64,
				      count);
	char *next = out;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*next++ = ',';
		*next++ = digits[i];
	}
	*next = '\0';
	return out;
}

char *text_duration(char out[TEXT_NUMBER_BYTES], double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s", NULL };

	scale(out, ns, 1000, units);
	return out;
}

char *text_hexadecimal(const uint8_t *bytes, size_t len)
{
	char *text = xcalloc(len * 2 + 1, 1);

	for (size_t i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	return text;
}
