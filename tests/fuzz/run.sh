#!/usr/bin/env bash
# Replays the corpora and fuzzes each target for FUZZ_SECONDS (20). The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-20}
mkdir -p build
cmake --preset fuzz >build/fuzz.log 2>&1 && cmake --build build/fuzz --target client_fuzz response_fuzz server_fuzz url_fuzz \
  >>build/fuzz.log 2>&1 || { tail -n 40 build/fuzz.log; rm -f build/fuzz.log; echo "0 passed, 1 failed"; exit 1; }
rm -f build/fuzz.log
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 tests/fuzz/make_corpus.py "$work/seeds" || exit 1
ok=0 bad=0
judge() { if [ "$1" -eq 0 ]; then ok=$((ok + 1)); else bad=$((bad + 1)); tail -n 30 "$work/log"; fi; }
for target in client response server url; do
  binary=build/fuzz/tests/fuzz/${target}_fuzz
  # Inputs that once broke something are kept in the repository.
  mkdir -p "$work/new/$target"
  kept=tests/fuzz/corpus/$target
  [ -d "$kept" ] || kept=
  timeout 300 "$binary" -runs=0 "$work/seeds/$target" $kept >"$work/log" 2>&1
  judge $?
  timeout $((seconds + 120)) "$binary" -max_total_time="$seconds" -max_len=6000 -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$work/" \
    "$work/new/$target" "$work/seeds/$target" $kept >"$work/log" 2>&1
  judge $?
  for crash in "$work"/crash-* "$work"/timeout-*; do
    [ -f "$crash" ] && { echo "$target: $(basename "$crash")"; base64 "$crash"; rm "$crash"; }
  done
done
echo "$ok passed, $bad failed"
[ "$bad" -eq 0 ]
