#!/bin/bash
# SPDX-License-Identifier: MIT
# The worked example: samples/diff/project, whose `make check` passes as it is
# and fails when it begins to allocate more, with the reason.
. "$(dirname "$0")/lib.sh"
export HEAPWISE=$heapwise
unset MAKEFLAGS MFLAGS MAKELEVEL
cp -r "$root/samples/diff/project/." . || fails "no project"
project() { make CC="${CC:-gcc}" "$@" >out 2>&1; }

holds "make baseline" project baseline
cp baseline/words.hwd first.hwd
holds "make check passes" project check

# A comment above changes lines, and nothing else.
{ echo "/* A line more. */"; cat words.c; } >more.c && mv more.c words.c
holds "make check passes after a comment" project check

# A word is kept once for each time it occurs: the mistake to find.
cp words.c right.c
sed -i 's/struct word \*word = find(text);/struct word *word = NULL;/' words.c
holds "the mistake is made" sh -c '! cmp -s words.c right.c'
project check
is "make check fails" "$?" 2
holds "it says which limit" grep -q '^.*calls > *+5%: .* (+' out
holds "and why there is one" grep -q 'a word is kept once' out
holds "and where" grep -q 'add' out
if grep -q 'leaked *> *+0:' out; then
	fails "a limit that is kept is said to be broken"
else
	ok "nothing of limits that are kept"
fi

# A leak is another limit.
sed 's/free(word->text);//' right.c >words.c
project check
is "make check fails for a leak" "$?" 2
holds "it says which limit" grep -q 'leaked *> *+0: ' out
holds "and why" grep -q 'release() frees' out

# Put right again.
cat right.c >words.c
holds "make check passes again" project check
same "the baseline is untouched" first.hwd baseline/words.hwd
finish
