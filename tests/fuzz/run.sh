#!/usr/bin/env bash
# Replays the corpora and fuzzes each target for FUZZ_SECONDS (20). The last line is "N passed, N failed".
# BUILD is the build directory (build/fuzz), FUZZ_KEEP one where new inputs and crashes stay.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-20}
build=${BUILD:-build/fuzz}
targets="client response server script script_small url tls"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
keep=${FUZZ_KEEP:-$work/keep}
names=$(for target in $targets; do echo "${target}_fuzz"; done)
# shellcheck disable=SC2086
{ cmake --preset fuzz -B "$build" && cmake --build "$build" -j2 --target $names; } >"$work/log" 2>&1 ||
  { tail -n 40 "$work/log"; echo "0 passed, 1 failed"; exit 1; }

# One target, in files of its own. Its last line is "N passed, N failed".
fuzz() {
  local target=$1 binary=$build/tests/fuzz/${1}_fuzz corpus=tests/fuzz/corpus/${1%_small} log=$work/$1.log ok=0 bad=0 seeds status crash
  judge() { # status, what
    if [ "$1" -eq 0 ]; then ok=$((ok + 1)); else bad=$((bad + 1)); echo "FAILED: $2"; tail -n 40 "$log"; fi
  }
  mkdir -p "$keep/$target"
  # Each seed that is there must be run: a corpus that is missing or empty is a failure.
  seeds=$(find "$corpus" -type f | wc -l)
  timeout 300 "$binary" -timeout=20 -artifact_prefix="$keep/$target/" $(find "$corpus" -type f | sort) >"$log" 2>&1
  status=$?
  [ "$(grep -c '^Executed ' "$log")" -eq "$seeds" ] && [ "$seeds" -gt 0 ] || status=1
  judge "$status" "$target, replay"
  timeout $((seconds + 120)) "$binary" -max_total_time="$seconds" -max_len=6000 -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="$keep/$target/" "$keep/$target" "$corpus" >"$log" 2>&1
  judge $? "$target, fuzzing"
  echo "$target: $seeds seeds, $(sed -n 's/^Done \([0-9]* runs in [0-9]*\) second.*/\1 s/p' "$log")"
  for crash in "$keep/$target"/crash-* "$keep/$target"/timeout-* "$keep/$target"/oom-* "$keep/$target"/leak-*; do
    [ -f "$crash" ] && { echo "$target: $(basename "$crash")"; base64 "$crash"; }
  done
  echo "$ok passed, $bad failed"
}

for target in $targets; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  fuzz "$target" >"$work/$target.out" 2>&1 &
done
wait
ok=0 bad=0
for target in $targets; do
  head -n -1 "$work/$target.out"
  read -r passed _ failed _ <<<"$(tail -n 1 "$work/$target.out")"
  ok=$((ok + ${passed:-0})) bad=$((bad + ${failed:-1}))
done
echo "$ok passed, $bad failed"
[ "$bad" -eq 0 ]
