/* SPDX-License-Identifier: MIT */
#include "analyzer/scope_name.h"
#include "analyzer/demangle.h"
#include "analyzer/function_name.h"
#include "analyzer/memory.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* scopes in each other, and links from entry to entry */

struct walk {
	int *steps;
	int steps_max;
};

static bool step(struct walk *w)
{
	if (*w->steps >= w->steps_max)
		return false;
	++*w->steps;
	return true;
}

/* The entry that stands where the source declares it. */
static Dwarf_Die declaration(Dwarf_Die die)
{
	static const unsigned int links[] = { DW_AT_abstract_origin,
					      DW_AT_specification };
	Dwarf_Attribute attribute;
	Dwarf_Die next;

	for (int i = 0; i < 2 * DEPTH_MAX; i++)
		if (dwarf_formref_die(dwarf_attr(&die, links[i % 2],
						 &attribute), &next))
			die = next;
	return die;
}

/* The child of `die` that is, or contains, the entry at `place`. Entries stand
 * in the order of the tree. */
static bool child_towards(struct walk *w, Dwarf_Die *die, Dwarf_Off place)
{
	Dwarf_Die child, last;
	bool found = false;

	if (dwarf_child(die, &child) != 0)
		return false;
	while (dwarf_dieoffset(&child) <= place && step(w)) {
		Dwarf_Off before = dwarf_dieoffset(&child);

		last = child;
		found = true;
		if (dwarf_siblingof(&child, &child) != 0 ||
		    dwarf_dieoffset(&child) <= before)
			break;
	}
	if (found)
		*die = last;
	return found;
}

static bool parent_of(struct walk *w, Dwarf_Die *die, Dwarf_Die *parent)
{
	Dwarf_Off place = dwarf_dieoffset(die);
	Dwarf_Die at;

	if (!dwarf_diecu(die, &at, NULL, NULL))
		return false;
	for (;;) {
		*parent = at;
		if (!child_towards(w, &at, place))
			return false;
		if (dwarf_dieoffset(&at) == place)
			return true;
	}
}

static const char *mangled_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(
		dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
}

/* A class without a name whose operator() the compiler made is a lambda's. */
static const char *unnamed_class(Dwarf_Die *member)
{
	Dwarf_Attribute attribute;

	if (dwarf_tag(member) == DW_TAG_subprogram &&
	    dwarf_attr(member, DW_AT_artificial, &attribute))
		return "{lambda}";
	return "(unnamed)";
}

/* The name of one scope, or NULL if it has no part in a name. */
static const char *part_name(Dwarf_Die *die, Dwarf_Die *member)
{
	const char *name = dwarf_diename(die);

	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
		return name ? name : "(anonymous namespace)";
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return name ? name : unnamed_class(member);
	case DW_TAG_subprogram:
		return name;
	default:
		return NULL;
	}
}

static void prepend(char **text, const char *part)
{
	char *longer = xasprintf("%s%s%s", part, *text ? "::" : "",
				 *text ? *text : "");

	free(*text);
	*text = longer;
}

/* A function with a mangled name ends the way: that has all outer scopes. */
static bool prepend_mangled(char **text, Dwarf_Die *die)
{
	const char *mangled = NULL;
	char *whole;

	if (dwarf_tag(die) == DW_TAG_subprogram)
		mangled = mangled_name(die);
	if (!mangled)
		return false;
	whole = demangle(mangled);
	prepend(text, function_name_start(whole));
	free(whole);
	return true;
}

char *scope_name(Dwarf_Die *function, int *steps, int steps_max)
{
	struct walk w = { steps, steps_max };
	Dwarf_Die die = declaration(*function), parent;
	const char *name = dwarf_diename(&die);
	char *text = NULL;

	if (!name)
		name = dwarf_diename(function);
	if (!name)
		return NULL;
	prepend(&text, name);
	for (int i = 0; i < DEPTH_MAX && parent_of(&w, &die, &parent); i++) {
		if (prepend_mangled(&text, &parent))
			break;
		parent = declaration(parent);
		name = part_name(&parent, &die);
		if (name)
			prepend(&text, name);
		die = parent;
	}
	return text;
}
