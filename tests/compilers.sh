#!/bin/bash
# SPDX-License-Identifier: MIT
# Everything builds without a warning, with gcc and with clang, in build
# directories of their own.
cd "$(dirname "$0")/.." || exit 1
failures=0
for compiler in gcc clang; do
	which $compiler >/dev/null || { echo "skip no $compiler"; continue; }
	if make -j2 --no-print-directory B=build/$compiler CC=$compiler \
		CFLAGS='-O1 -g' WERROR=1 all; then
		echo "ok $compiler"
	else
		echo "not ok $compiler"
		failures=1
	fi
done
exit $failures
