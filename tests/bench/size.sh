#!/usr/bin/env bash
# Builds the client images for the Cortex-M3 and M0+ and weighs them, ws:// and wss://.
set -u
cd "$(dirname "$0")/../.." || exit 1
ok=0 bad=0

# Shows a report and adds up its last line.
add() {
  echo "$1" | sed '$d'
  local line
  line=$(echo "$1" | tail -n 1)
  case $line in *" passed, "*) ;; *) echo "$line"; line="0 passed, 1 failed" ;; esac
  ok=$((ok + ${line%% passed*}))
  line=${line##* passed, }
  bad=$((bad + ${line%% failed*}))
}

for preset in size-m3 size-m0plus; do
  out=$(cmake --preset "$preset" 2>&1 && cmake --build "build/$preset" 2>&1) || { echo "$out"; bad=$((bad + 1)); continue; }
  add "$(/usr/bin/python3 tests/bench/size.py "$preset" "build/$preset" tests/bench/budgets.txt)"
done
add "$(/usr/bin/python3 tests/bench/tls.py build/size-m3 tests/bench/budgets.txt)"
echo "$ok passed, $bad failed"
[ "$bad" -eq 0 ]
