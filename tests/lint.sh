#!/bin/bash
# SPDX-License-Identifier: MIT
# The house rules: headers stand alone, includes point down, files and
# functions stay small, one SPDX line, no line over 100 columns.
cd "$(dirname "$0")/.." || exit 1
failures=0
verdict() {
	if [ "$1" = 0 ]; then echo "ok $2"; else
		echo "not ok $2"
		failures=1
	fi
}
make -s lint
verdict $? "headers and layers"

sources=$(find include preload analyzer samples tests -name '*.[ch]')
for file in $sources; do
	sed -n 1p "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
		echo "$file: no SPDX line"
	awk -v f="$file" '{ gsub(/\t/, "        ") }
		length($0) > 100 { print f ":" NR ": over 100 columns" }
		/[ \t]$/ { print f ":" NR ": trailing space" }' "$file"
	[ "$(wc -l <"$file")" -le 600 ] || echo "$file: over 600 lines"
done >build/lint.out.$$
cat build/lint.out.$$
[ ! -s build/lint.out.$$ ]
verdict $? "files"
rm -f build/lint.out.$$
awk 'FNR == 1 { start = 0 }
	/^{/ { start = FNR }
	/^}/ && start { if (FNR - start > 70) {
		print FILENAME ":" start ": function of " FNR - start " lines"
		bad = 1 }
		start = 0 }
	END { exit bad }' $(find include preload analyzer -name '*.c')
verdict $? "functions"
for script in $(find tests samples .ci -name '*.sh') .ci/run; do
	bash -n "$script" || echo "not ok $script"
done
exit $failures
