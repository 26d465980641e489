#!/usr/bin/env bash
# Instructions per message by callgrind: instructions.sh BUILD_DIR. Repeats exactly, whatever else the machine does.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bench=${1:?usage: instructions.sh BUILD_DIR}/tests/bench/bench_messages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "# instructions per message (x86-64, -O2, input in segments of 1,460 bytes)"
while read -r way kind size; do
  count=$(timeout 120 valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$work/out" \
    "$bench" "$way" "$kind" "$size" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
  echo "$way $kind $size:$((${count:-999999999} / 1000))"
done >"$work/counts" <<'CASES'
receive binary 16
receive binary 125
receive binary 1024
receive binary 65536
receive ascii 16
receive ascii 125
receive ascii 1024
receive mixed 125
receive mixed 1024
send binary 12
send binary 16
send binary 17
send binary 32
send binary 125
send binary 1024
send ascii 16
send ascii 125
send ascii 1024
CASES
/usr/bin/python3 - "$here" "$work/counts" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from budgets import Budgets
budgets = Budgets(sys.argv[1] + "/budgets.txt")
for line in open(sys.argv[2]):
    name, count = line.rsplit(":", 1)
    if name in budgets.lines:
        budgets.at_most(name, int(count))
    else:
        print(f"| {name:24} | {int(count):8} |")
sys.exit(budgets.report())
PY
