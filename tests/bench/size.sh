#!/usr/bin/env bash
# Builds the client image for the Cortex-M3 and M0+ and weighs it.
set -u
cd "$(dirname "$0")/../.." || exit 1
ok=0 bad=0
for preset in size-m3 size-m0plus; do
  out=$(cmake --preset "$preset" 2>&1 && cmake --build "build/$preset" --target size_client 2>&1) || { echo "$out"; bad=$((bad + 1)); continue; }
  out=$(/usr/bin/python3 tests/bench/size.py "$preset" "build/$preset" tests/bench/budgets.txt)
  echo "$out" | sed '$d'
  line=$(echo "$out" | tail -n 1)
  ok=$((ok + ${line%% passed*}))
  line=${line##* passed, }
  bad=$((bad + ${line%% failed*}))
done
echo "$ok passed, $bad failed"
[ "$bad" -eq 0 ]
