/* SPDX-License-Identifier: MIT */
/*
 * The fields of a payload, by its block's type: where the numbers and strings
 * stand, and which of them begin a record.
 */
#ifndef TESTS_FUZZ_FIELDS_H
#define TESTS_FUZZ_FIELDS_H

#include "tests/fuzz/target.h"

#define FIELDS_MAX 4096

enum field_kind { FIELD_U8, FIELD_VARINT, FIELD_BYTES };

struct field {
	uint32_t at, len;	 /* with the length of FIELD_BYTES */
	uint8_t kind;		 /* enum field_kind */
	uint8_t begins;		 /* a record */
};

struct fields {
	struct field list[FIELDS_MAX];
	size_t count;
};

/* As far as the payload makes sense, or there is room. */
void fields_find(struct fields *fields, unsigned int type,
		 const uint8_t *payload, size_t len);

#endif
