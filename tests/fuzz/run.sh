#!/usr/bin/env bash
# Replays the corpora and fuzzes each target for FUZZ_SECONDS (20). The last line is "N passed, N failed".
# BUILD is the build directory (build/fuzz), FUZZ_KEEP one where new inputs and crashes stay.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-20}
build=${BUILD:-build/fuzz}
targets="client response server script url tls"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
keep=${FUZZ_KEEP:-$work/keep}
names=$(for target in $targets; do echo "${target}_fuzz"; done)
# shellcheck disable=SC2086
{ cmake --preset fuzz -B "$build" && cmake --build "$build" -j2 --target $names; } >"$work/log" 2>&1 ||
  { tail -n 40 "$work/log"; echo "0 passed, 1 failed"; exit 1; }

ok=0 bad=0
judge() { # status, what
  if [ "$1" -eq 0 ]; then ok=$((ok + 1)); else bad=$((bad + 1)); echo "FAILED: $2"; tail -n 40 "$work/log"; fi
}
for target in $targets; do
  binary=$build/tests/fuzz/${target}_fuzz
  corpus=tests/fuzz/corpus/$target
  mkdir -p "$keep/$target"
  # Each seed that is there must be run: a corpus that is missing or empty is a failure.
  seeds=$(find "$corpus" -type f | wc -l)
  timeout 300 "$binary" -timeout=20 -artifact_prefix="$keep/$target/" $(find "$corpus" -type f | sort) >"$work/log" 2>&1
  status=$?
  [ "$(grep -c '^Executed ' "$work/log")" -eq "$seeds" ] && [ "$seeds" -gt 0 ] || status=1
  judge "$status" "$target, replay"
  timeout $((seconds + 120)) "$binary" -max_total_time="$seconds" -max_len=6000 -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="$keep/$target/" "$keep/$target" "$corpus" >"$work/log" 2>&1
  judge $? "$target, fuzzing"
  echo "$target: $seeds seeds, $(sed -n 's/^Done \([0-9]* runs in [0-9]*\) second.*/\1 s/p' "$work/log")"
  for crash in "$keep/$target"/crash-* "$keep/$target"/timeout-* "$keep/$target"/oom-* "$keep/$target"/leak-*; do
    [ -f "$crash" ] && { echo "$target: $(basename "$crash")"; base64 "$crash"; }
  done
done
echo "$ok passed, $bad failed"
[ "$bad" -eq 0 ]
