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

static bool follow(Dwarf_Die *die, unsigned int link)
{
	Dwarf_Attribute attribute;
	Dwarf_Die next;

	if (!dwarf_formref_die(dwarf_attr(die, link, &attribute), &next))
		return false;
	*die = next;
	return true;
}

/* The entry that stands where the source declares it. */
static Dwarf_Die declaration(Dwarf_Die die)
{
	for (int i = 0; i < 2 * DEPTH_MAX; i++)
		if (!follow(&die, DW_AT_abstract_origin) &&
		    !follow(&die, DW_AT_specification))
			break;
	return die;
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

char *scope_name(Dwarf_Die *function, struct die_tree *tree)
{
	Dwarf_Die die = declaration(*function), parent;
	const char *name = dwarf_diename(&die);
	char *text = NULL;

	if (!name)
		name = dwarf_diename(function);
	if (!name)
		return NULL;
	prepend(&text, name);
	for (int i = 0; i < DEPTH_MAX; i++) {
		if (!die_tree_parent(tree, &die, &parent))
			break;
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
