#!/bin/bash
# SPDX-License-Identifier: MIT
# The worked example: samples/diff/project, whose `make check` passes as it is
# and fails when it begins to allocate more, with the reason.
. "$(dirname "$0")/lib.sh"
export HEAPWISE=$heapwise
unset MAKEFLAGS MFLAGS MAKELEVEL
cp -r "$root/samples/diff/project/." . || fails "no project"
project() { make CC="${CC:-gcc}" "$@" >out 2>&1; }

# The baseline that is committed is of another machine, and of another build.
holds "make check passes with the committed baseline" project check
holds "make baseline" project baseline
cp baseline.json first.json
holds "make check passes" project check
holds "nothing changed" grep -q '^Nothing changed: none of 4 sites' out

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
# The program was built again in its place: the baseline has its names.
holds "sites are the same, though the program was built again" \
	grep -q '^Of 4 sites 2 grew; 2 did not change' out
holds "the limit of a site is broken by what it was" \
	grep -q 'site:^add$:calls > +0: 997 -> 39,979' out
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
same "the baseline is untouched" first.json baseline.json

# A dump is no baseline: it has no names once the program was built again. Then
# nobody can tell of sites, and it must not pass.
cp words.hwd old.hwd
cat words.c - <<<"/* Another build. */ int another_build;" >more.c
mv more.c words.c
project words
"$heapwise" record -o new.hwd -- ./words <text >/dev/null
gate() { "$heapwise" diff "$@" new.hwd >out 2>err; }
gate old.hwd
is "without conditions the status is 0" "$?" 0
holds "it is said that names are missing" \
	grep -q '^  Names of old are missing: words was built again since' out
gate --fail-on='site:^add$:calls>+0' old.hwd
is "what cannot be judged is not passed" "$?" 2
holds "nor failed, and why" grep -q \
	'^NOT JUDGED site:^add$:calls>+0: old has no names: words was' out
holds "with a line on standard error" \
	grep -q '1 condition could not be judged: names are missing' err
"$heapwise" diff --json --fail-on='site:^add$:calls>+0' old.hwd new.hwd \
	>d.json 2>err
is "in JSON" "$(json '.unjudged | length' d.json)" 1
is "which file has no names" "$(json '.old[0].unnamed_modules[0]' d.json |
	xargs basename)" words
gate --fail-on='site:^add$:calls>+0' --fail-on='calls>0' old.hwd
is "what holds for certain does" "$?" 1
gate --fail-on='site:^add$:calls>+0' first.json
is "of a baseline it can be judged" "$?" 0
gate --fail-on='site:^add$:calls>0' first.json
is "and fails" "$?" 1
is "of nothing else" "$(grep -c 'FAILED site.*in add' out)" 1
# The new side without its names.
mv words gone
"$heapwise" diff --fail-on='site:^add$:calls>+0' first.json new.hwd >out 2>err
is "no names of the new side: not passed" "$?" 2
holds "it says why" grep -q 'new has no names: words is not there' out
finish
