#!/usr/bin/env bash
# Builds whit and shows a client and a server talking.
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh

if [ -t 1 ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') green=$(printf '\033[32m') plain=$(printf '\033[0m')
else
  bold='' dim='' green='' plain=''
fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { sed "s/^/   $dim|$plain /"; }

say "1. Building"
install_packages g++ cmake ninja-build
mkdir -p build
cmake -S . -B build/demo -G Ninja -DCMAKE_BUILD_TYPE=Release -DWHIT_BUILD_TESTS=OFF >build/demo.log 2>&1 &&
  cmake --build build/demo >>build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
rm -f build/demo.log
echo "   echo_server and wscat are in build/demo/examples"

work=$(mktemp -d)
server=''
finish() {
  [ -n "$server" ] && kill "$server" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

say "2. Starting the server"
build/demo/examples/echo_server --port 0 --subprotocol chat.v2 >"$work/server" 2>"$work/server.log" &
server=$!
for _ in $(seq 50); do
  grep -q listening "$work/server" && break
  sleep 0.1
done
url=$(sed -n 's/^listening on //p' "$work/server")
show <"$work/server"

say "3. A conversation: the client sends three messages and closes"
echo "   ${dim}printf 'How are you?\\nGood bye.\\n' | wscat --subprotocol chat.v2 --text 'Hello, wörld!' $url/demo$plain"
printf 'How are you?\nGood bye.\n' |
  build/demo/examples/wscat --subprotocol chat.v2 --text 'Hello, wörld!' "$url/demo" | tee "$work/talk" | show

say "4. A message of 5 MiB there and back, through rings of 32 and 64 KiB"
head -c 5242880 /dev/urandom >"$work/file"
build/demo/examples/wscat --json --max-message 6000000 --binary "$work/file" "$url" </dev/null >"$work/big"
sed -n 's/.*"data":"\([^"]*\)".*/\1/p' "$work/big" | base64 -d | cmp - "$work/file"
echo "   it came back unchanged, with one message event:"
cut -c1-72 "$work/big" | show

say "5. What a refusal looks like"
build/demo/examples/wscat "${url%:*}:1/" </dev/null | show || true

say "6. Stopping the server: it says good bye"
(sleep 1; kill -TERM "$server") &
build/demo/examples/wscat --text 'still there?' "$url" < <(sleep 3) | tee "$work/bye" | show
wait "$server" && server=''
grep -q 'closed with 1001' "$work/bye"
grep -q '< Good bye.' "$work/talk"

printf '\n%sAll of it worked.%s Try it: build/demo/examples/wscat --help\n' "$green" "$plain"
