#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: samples/diff/build.sh old|new SOURCE PROGRAM
# Builds one side of a pair as the opening comment of SOURCE says; README.md has
# the grammar. Where there is a NAME.new.c it is the new side of NAME.c.
set -eu
side=$1 source=$2 program=$3
here=$(dirname "$source")
define=-D$(echo "$side" | tr '[:lower:]' '[:upper:]')

# said WORD...: the rest of the comment's line that begins with these words.
said() { sed -n "s/^ \* $* *//p; /^ \*\//q" "$source"; }

read -ra words < <(said build "$side"; echo)
compiler=${CC:-gcc}
[ "${source%.cc}" = "$source" ] || compiler=${CXX:-g++}
case ${words[0]:-} in
gcc|clang|g++|clang++)
	compiler=${words[0]}
	words=("${words[@]:1}") ;;
esac
case " ${words[*]} " in
*' -O'*) ;;
*) words=(-g -O1 -fno-omit-frame-pointer "${words[@]}") ;;
esac
common=("$define" -w -fno-builtin-malloc)

library=$(said library)
if [ -n "$library" ]; then
	$compiler "${common[@]}" -g -O1 -shared -fPIC \
		-o "$(dirname "$program")/libpart.so" "$here/$library"
	words+=("-L$(dirname "$program")" -lpart "-Wl,-rpath,\$ORIGIN")
fi
changed=${source%.c}.new.c
[ "$side" = old ] || [ ! -e "$changed" ] || source=$changed
$compiler "${common[@]}" -o "$program" "$source" "${words[@]/#part/$here/part}"
! grep -q "^ \* strip $side$" "$source" || strip "$program"
