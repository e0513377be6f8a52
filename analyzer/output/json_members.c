/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_members.h"

#include <math.h>
#include <string.h>

#include "analyzer/output/json_value.h"

void json_members_key(struct json_members *members, const char *key)
{
	if (members->begun)
		fputc(',', members->file);
	members->begun = true;
	fputc('"', members->file);
	fputs(key, members->file);
	fputs("\":", members->file);
}

void json_members_whole(struct json_members *members, const char *key,
			double value)
{
	json_members_key(members, key);
	json_value_put_whole(members->file, value);
}

void json_members_real(struct json_members *members, const char *key,
		       double value)
{
	char text[32];

	json_members_key(members, key);
	if (!isfinite(value)) {
		fputs("null", members->file);
		return;
	}
	snprintf(text, sizeof(text), "%.9g", value);
	fputs(text, members->file);
	if (!strpbrk(text, ".e"))
		fputs(".0", members->file);
}

void json_members_estimate(struct json_members *members, const char *key,
			   const struct estimate *e)
{
	char name[64];

	json_members_whole(members, key, e->value);
	if (e->exact)
		return;
	snprintf(name, sizeof(name), "%s_low", key);
	json_members_whole(members, name, floor(e->low));
	snprintf(name, sizeof(name), "%s_high", key);
	json_members_whole(members, name, ceil(e->high));
}
