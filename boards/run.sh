#!/usr/bin/env bash
# Builds an example for a board, and runs it on the emulated board beside a server on this machine, in a network of its own that
# has nothing but loopback. Both logs are shown; the exit status is the firmware's own verdict.
#   boards/run.sh BOARD EXAMPLE [--tls] [KEY=VALUE...]
#   boards/run.sh mps2-an385 echo --tls count=50
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh
. tests/sources.sh
. boards/packages.sh

boards=$(sed -n 's/^ *{* *"name": "\([a-z0-9-]*\)", "inherits": "board".*/\1/p' CMakePresets.json)
usage() {
  sed -n '4,5p' "$0" | sed 's/^# *//'
  echo "boards: $(echo $boards) riscv32-virt host"
  echo "examples: echo telemetry upload server; hello c_client, which have no --tls"
  exit 2
}
[ $# -ge 2 ] || usage
board=$1 example=$2
case " $(echo $boards) riscv32-virt host " in *" $board "*) ;; *) usage ;; esac
tls=no
case " $* " in *" --tls "*) tls=yes ;; esac
case "$example $tls" in "echo "*|"telemetry "*|"upload "*|"server "*|"hello no"|"c_client no") ;; *) usage ;; esac

install_board_packages "$board"
install_packages g++ cmake ninja-build openssl python3 python3-websockets iproute2 util-linux
fetch_sources lwip mbedtls
export WHIT_CERTIFICATES=$PWD/build/certificates
examples/common/certificates.sh "$WHIT_CERTIFICATES"
build() {
  { cmake --preset "$1" && cmake --build "build/$1" --target "${@:2}"; } >build/run.log 2>&1 || { cat build/run.log; exit 1; }
}
mkdir -p build
target=$example
[ $tls = no ] || target=${example}_tls
build host echo_server wscat
build "$board" "$target"
[ "$board" != microbit ] || cc -O2 -o build/microbit/slip_gateway boards/microbit/slip_gateway.c -lslirp

isolate=(unshare -n)
[ "$(id -u)" -eq 0 ] || isolate=(unshare -rn)
exec "${isolate[@]}" bash -c 'ip link set lo up && exec /usr/bin/python3 boards/emulate.py build "$@"' run "$@"
