#!/usr/bin/env bash
# Shows whit at work:
#   demo.sh            firmware on an emulated board, by wss to a server on this machine
#   demo.sh --host     a client and a server on this machine
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
  '') exec examples/demo_board.sh ;;
  --host) ;;
  *) sed -n '2,4p' "$0" | sed 's/^# *//'; exit 2 ;;
esac
. tests/packages.sh
. tests/sources.sh

if [ -t 1 ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') green=$(printf '\033[32m') plain=$(printf '\033[0m')
else
  bold='' dim='' green='' plain=''
fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
command_line() { printf '   %s$ %s%s\n' "$dim" "$*" "$plain"; }
show() { sed "s/^/   $dim|$plain /"; }
fail() { printf 'demo.sh: %s\n' "$*" >&2; exit 1; }

title "1. Building"
install_packages g++ cmake ninja-build openssl python3
fetch_sources mbedtls
mkdir -p build
{ cmake -S . -B build/demo -G Ninja -DCMAKE_BUILD_TYPE=Release -DWHIT_BUILD_TESTS=OFF &&
  cmake --build build/demo; } >build/demo.log 2>&1 || { cat build/demo.log; fail "the build failed"; }
rm -f build/demo.log
bin=build/demo/examples
echo "   wscat (the client) and echo_server are in $bin"

work=$(mktemp -d)
server=''
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
mkfifo "$work/idle"
exec 3<>"$work/idle" # an input that stays open and silent, like a person who does not type

title "2. Making an authority and the server's certificate"
(
  cd "$work"
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key
  openssl req -x509 -new -key ca.key -subj "/CN=whit demo authority" -days 2 -out ca.pem
  openssl ecparam -name prime256v1 -genkey -noout -out server.key
  openssl req -new -key server.key -subj "/CN=whit demo server" -out server.csr
  echo "subjectAltName=DNS:localhost,IP:127.0.0.1" >names
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile names -out server.pem
) >"$work/openssl" 2>&1 || fail "$(cat "$work/openssl")"
openssl x509 -in "$work/server.pem" -noout -issuer -subject -ext subjectAltName | show

title "3. Starting the server"
command_line echo_server --port 0 --subprotocol chat.v2 --cert server.pem --key server.key
$bin/echo_server --port 0 --subprotocol chat.v2 --cert "$work/server.pem" --key "$work/server.key" \
  >"$work/server" 2>"$work/log" &
server=$!
for _ in $(seq 50); do
  grep -q listening "$work/server" && break
  sleep 0.1
done
show <"$work/server"
url=$(sed -n 's/^listening on //p' "$work/server")
[ -n "$url" ] || { cat "$work/log"; fail "the server did not start"; }

title "4. A conversation: what is said comes back, and both close"
command_line "printf 'How are you?\\nGood bye.\\n' | wscat --ca ca.pem --subprotocol chat.v2 --text 'Hello, wörld!' $url"
printf 'How are you?\nGood bye.\n' |
  $bin/wscat --ca "$work/ca.pem" --subprotocol chat.v2 --text 'Hello, wörld!' "$url" >"$work/talk" 2>&1 || fail "$(cat "$work/talk")"
show <"$work/talk"
grep -q '^< Good bye.$' "$work/talk" || fail "the echo is missing"

title "5. A message of 5 MiB there and back, as one frame, for programs to read"
head -c 5242880 /dev/urandom >"$work/file"
command_line "wscat --ca ca.pem --json --max-message 6000000 --binary file --close-after 1 $url"
$bin/wscat --ca "$work/ca.pem" --json --max-message 6000000 --binary "$work/file" --close-after 1 "$url" <&3 >"$work/big"
cut -c1-76 "$work/big" | show
sed -n 's/.*"data":"\([^"]*\)".*/\1/p' "$work/big" | base64 -d | cmp - "$work/file" || fail "it came back changed"
echo "   It came back unchanged. The server never held it as a whole: it echoes in constant memory."

title "6. A server that cannot be verified is not talked to"
command_line "wscat $url   # without the authority"
status=0
$bin/wscat "$url" <&3 >"$work/untrusted" 2>&1 || status=$?
show <"$work/untrusted"
[ "$status" -eq 1 ] || fail "the exit status should be 1"

title "7. Nobody there: an error says what to do"
command_line "wscat ws://127.0.0.1:1"
status=0
$bin/wscat ws://127.0.0.1:1 <&3 >"$work/nobody" 2>&1 || status=$?
show <"$work/nobody"
echo "   exit status $status: it never opened"
[ "$status" -eq 1 ] || fail "the exit status should be 1"

title "8. The server is stopped, and says good bye"
command_line "wscat --ca ca.pem --text 'still there?' $url"
(sleep 0.5; kill -TERM "$server") &
status=0
$bin/wscat --ca "$work/ca.pem" --text 'still there?' "$url" <&3 >"$work/bye" 2>&1 || status=$?
show <"$work/bye"
wait "$server" || fail "the server did not end well"
server=''
[ "$status" -eq 0 ] && grep -q '^closed with 1001' "$work/bye" || fail "it was not a clean end"

printf '\n%sAll of it worked.%s Next: %s/wscat --help, or open the page of %s/echo_server in a browser.\n' \
  "$green" "$plain" "$bin" "$bin"
