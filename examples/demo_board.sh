#!/usr/bin/env bash
# Firmware on an emulated micro:bit (Cortex-M0, 16 KiB of RAM) sends readings by wss to a server on this machine, loses it, and
# comes back. demo.sh calls this.
set -eu
cd "$(dirname "$0")/.."
board=microbit

if [ -t 1 ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') green=$(printf '\033[32m') plain=$(printf '\033[0m')
else
  bold='' dim='' green='' plain=''
fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

title "A $board and a server, by wss"
echo "   $dim\$ boards/run.sh $board telemetry --tls interval=400$plain"
echo "   The board is QEMU's; its image is what one would flash. It verifies the server by an authority made for this build."
echo
printf '   %-52s %s\n' "${bold}board$plain" "  ${bold}server$plain"

mkdir -p build
log=build/demo-board.log
status=0
# One column for each side, line by line as they come.
boards/run.sh $board telemetry --tls interval=400 2>&1 | tee "$log" | awk -v dim="$dim" -v plain="$plain" '
  / \| / {
    split($0, part, / \| /); text = substr($0, index($0, " | ") + 3)
    if (part[1] ~ /server/) printf "   %-44s %s|%s %s\n", "", dim, plain, text
    else printf "   %-44s %s|%s\n", text, dim, plain
    fflush()
  }' || status=$?
grep -q '| VERDICT passed' "$log" || { cat "$log"; echo "demo: the board did not say that it passed" >&2; exit 1; }
[ "$status" -eq 0 ] || exit "$status"

image=build/$board/examples/telemetry_tls.elf
read -r text data bss _ < <(arm-none-eabi-size "$image" | tail -n 1)
stack=$(sed -n 's/.*| stack: \([0-9]*\) bytes.*/\1/p' "$log")
title "Summary"
printf '   handshake (TCP, TLS, WebSocket)  %s ms\n' "$(sed -n 's/.*| open after \([0-9]*\) ms.*/\1/p' "$log" | head -n 1)"
printf '   readings that arrived            %s\n' "$(grep -c '| {"reading"' "$log")"
printf '   flash                            %s of 262144 bytes: application, whit, mbedTLS, lwIP, drivers\n' $((text + data))
printf '   RAM                              %s of 16384 bytes: %s static, %s of stack at its deepest\n' \
  $((data + bss + stack)) $((data + bss)) "$stack"
printf '\n%sIt worked.%s Next: boards/run.sh, or examples/demo.sh --host.\n' "$green" "$plain"
