#!/bin/sh
# SPDX-License-Identifier: MIT
# make demo: jq at real work, on JSON that it made itself; then its report.
set -eu
here=$PWD/${B:-build}
work=$here/demo
mkdir -p "$work"
rm -f "$work"/*.hwd*

# 20,000 orders.
jq -n -c '[range(20000) | {id: ., customer: "customer \(. % 700)",
	items: [range(. % 4 + 1) | {sku: "part-\(. * 7)", price: (. * 3.5)}]
	}]' >"$work/orders.json"

query='group_by(.customer) | map({customer: .[0].customer, orders: length,
	spent: (map(.items[].price) | add)}) | sort_by(-.spent) | .[:3][]'

echo "\$ heapwise record -o demo.hwd jq '...' orders.json"
"$here/heapwise" record -o "$work/demo.hwd" -- \
	jq -c "$query" "$work/orders.json"
echo
echo "\$ heapwise report demo.hwd"
"$here/heapwise" report --limit=8 "$work/demo.hwd"
cat <<END

Try next:
  ${B:-build}/heapwise advise ${B:-build}/demo/demo.hwd
  ${B:-build}/heapwise report --by=function ${B:-build}/demo/demo.hwd
  ${B:-build}/heapwise report --timeline --sizes ${B:-build}/demo/demo.hwd
  ${B:-build}/heapwise info ${B:-build}/demo/demo.hwd
  ${B:-build}/heapwise record -o mine.hwd YOUR-PROGRAM ARGUMENT...
  ${B:-build}/heapwise report mine.hwd
END
