#!/bin/bash
# SPDX-License-Identifier: MIT
# More than 2^32 events in one dump: 2,200,000,000 pairs. Minutes and a gigabyte
# or two, hence only with LONG=1.
. "$(dirname "$0")/../e2e/lib.sh"
[ "${LONG:-0}" = 1 ] || skip_all "takes minutes; LONG=1 runs it"
n=2200000000
"$heapwise" record -o m.hwd -- "$samples/churn" $n >out 2>err
is "status, output" "$? $(cat out err)" "0 churned"
holds "whole" whole m.hwd
"$heapwise" report --json m.hwd >r.json
is "allocations" "$(json .totals.allocations r.json)" $n
is "frees" "$(json .totals.frees r.json)" $n
is "bytes" "$(json .totals.bytes_allocated r.json)" $((n * 64))
is "events" "$("$heapwise" info --json m.hwd | jq .events)" $((2 * n))
finish
