#!/usr/bin/env bash
# wss over loopback beside mbedTLS used directly: tls.sh BUILD_DIR. Times are noisy, so there are some tries.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: tls.sh BUILD_DIR}
"$here/../tls/make_certificates.sh" "$build/bench-certificates" >/dev/null || { echo "0 passed, 1 failed"; exit 1; }
up=0 down=0
for _ in 1 2 3 4 5; do
  out=$(cd "$build/bench-certificates" && timeout 60 ../tests/bench/bench_tls server.pem server.key root.pem) ||
    { echo "$out"; echo "0 passed, 1 failed"; exit 1; }
  now=$(echo "$out" | sed -n 's/^up //p')
  [ "$now" -gt "$up" ] && up=$now
  now=$(echo "$out" | sed -n 's/^down //p')
  [ "$now" -gt "$down" ] && down=$now
  [ "$up" -ge 95 ] && [ "$down" -ge 95 ] && break
done
echo "# wss over loopback"
echo "$out" | grep '^|'
/usr/bin/python3 - "$here" "$up" "$down" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from budgets import Budgets
budgets = Budgets(sys.argv[1] + "/budgets.txt")
budgets.at_least("wss upwards", int(sys.argv[2]))
budgets.at_least("wss downwards", int(sys.argv[3]))
sys.exit(budgets.report())
PY
