/* SPDX-License-Identifier: MIT */
/*
 * A list and a string builder, as a position independent executable with
 * DWARF 5 and as one at a fixed address with DWARF 4. Nothing changed.
 * build old -g -O1 -gdwarf-5 -pie -fPIE
 * build new -g -O1 -gdwarf-4 -no-pie
 */
#include "part/lists.h"
