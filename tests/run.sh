#!/usr/bin/env bash
# The one test command: installs what it needs, builds, runs every stage. Last line: N passed, N failed.
#   tests/run.sh [--stage NAME]... [--long] [--list]
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh
. tests/sources.sh
. boards/packages.sh

STAGES="unit unit_asan tsan property conformance conformance_asan lwip lwip_asan tls tls_asan quality size bench fuzz interop interop_asan firmware demo"
is_stage() { case " $STAGES " in *" $1 "*) [[ $1 =~ ^[a-z_]+$ ]] ;; *) return 1 ;; esac; }
LONG=0
chosen=""
while [ $# -gt 0 ]; do
  case "$1" in
    --stage)
      is_stage "${2:-}" || { echo "run.sh: there is no stage '${2:-}': --list names them" >&2; exit 2; }
      chosen="$chosen $2"
      shift ;;
    --long) LONG=1 ;;
    --list) echo "$STAGES"; exit 0 ;;
    *) sed -n '2,3p' "$0"; exit 2 ;;
  esac
  shift
done
[ -n "$chosen" ] && STAGES=$chosen
[ "$LONG" = 1 ] && export FUZZ_SECONDS="${FUZZ_SECONDS:-600}" WHIT_LONG=1

passed=0
failed=0
logs=$(mktemp -d)
trap '[ -n "${images:-}" ] && kill "$images"; rm -rf "$logs"' EXIT

# Runs a stage, whose last line must be "N passed, N failed". One that cannot run, or says nothing, has failed.
stage() {
  local name=$1 started=$SECONDS status line ok bad
  shift
  echo "== $name"
  "$@" >"$logs/$name" 2>&1
  status=$?
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$logs/$name" | tail -n 1)
  ok=${line%% passed*}
  bad=${line##* passed, }
  bad=${bad%% failed*}
  if [ -z "$line" ]; then
    ok=0 bad=1
  elif [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$ok" -eq 0 ]; }; then
    bad=1
  fi
  if [ "$bad" -ne 0 ]; then tail -n 120 "$logs/$name"; else grep -E '^(\||#)' "$logs/$name"; fi
  echo "   $name: $ok passed, $bad failed ($((SECONDS - started)) s)"
  passed=$((passed + ok))
  failed=$((failed + bad))
}

# A GoogleTest binary, with its count put into our line.
gtest() {
  local out=$logs/gtest.out status ok bad
  timeout 900 "$@" --gtest_color=no >"$out" 2>&1
  status=$?
  grep -vE '^\[( RUN|       OK|-+)' "$out"
  ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$out" | tail -n 1)
  bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*, listed below:.*/\1/p' "$out" | tail -n 1)
  [ "$status" -ne 0 ] && [ -z "$bad" ] && bad=1
  echo "${ok:-0} passed, ${bad:-0} failed"
  return "$status"
}

# Several commands that each end with the line, as one stage.
all() {
  local ok=0 bad=0 line command
  for command in "$@"; do
    echo "-- $command"
    timeout 900 bash -c "$command" >"$logs/part" 2>&1
    local status=$?
    cat "$logs/part"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$logs/part" | tail -n 1)
    if [ -z "$line" ]; then
      bad=$((bad + 1))
      continue
    fi
    ok=$((ok + ${line%% passed*}))
    line=${line##* passed, }
    bad=$((bad + ${line%% failed*}))
    [ "$status" -ne 0 ] && [ "${line%% failed*}" -eq 0 ] && bad=$((bad + 1))
  done
  echo "$ok passed, $bad failed"
}

wants() { case " $STAGES " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

install_packages g++ cmake ninja-build libgtest-dev libgmock-dev python3 procps || exit 1
if wants quality || wants fuzz; then install_packages clang libclang-rt-dev llvm || exit 1; fi
if wants quality || wants size; then
  install_packages gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm || exit 1
fi
if wants tls || wants tls_asan || wants interop || wants size || wants bench; then install_packages openssl libssl-dev || exit 1; fi
if wants bench; then install_packages valgrind || exit 1; fi
if wants interop || wants interop_asan; then install_packages python3-websockets || exit 1; fi
if wants interop; then
  install_packages nginx-light tinyproxy-bin chromium curl || exit 1
  install_node || exit 1
fi
BOARDS="mps2-an385 mps2-an500 mps2-an505 lm3s6965evb microbit riscv32-virt"
if wants firmware; then
  for board in $BOARDS; do install_board_packages "$board" || exit 1; done
  install_packages googletest gcc-arm-none-eabi-source openssl python3-websockets iproute2 util-linux chromium || exit 1
  install_node || exit 1
fi
fetch_sources lwip mbedtls || exit 1
launcher=""
command -v ccache >/dev/null && launcher="-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache"

# A preset, or one target of it.
build() {
  local log=$logs/build-$1
  cmake --preset "$1" $launcher >"$log" 2>&1 && cmake --build "build/$1" --target "${2:-all}" >>"$log" 2>&1 && return 0
  tail -n 60 "$log"
  echo "the build $1 failed"
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
}
echo "== building"
build host
case "$STAGES" in *asan*) build asan ;; esac

# The images of all boards are built beside the stages that judge no time, and give way to them.
build_images() {
  renice -n 10 "$BASHPID" >/dev/null
  for board in $BOARDS microbit-lto; do build "$board"; done
  build lm3s6965evb-client hello
}
images=""
if wants firmware; then
  build host board_vectors
  build_images >"$logs/images" 2>&1 &
  images=$!
fi
images_ready() {
  [ -z "$images" ] && return
  echo "== building images"
  wait "$images" && images="" && return
  cat "$logs/images"
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
}

wants unit && stage unit gtest build/host/tests/unit_tests
wants unit_asan && stage unit_asan gtest build/asan/tests/unit_tests
wants tsan && stage tsan all "cmake --preset tsan $launcher >/dev/null && cmake --build build/tsan --target thread_tests >/dev/null &&
  build/tsan/tests/thread_tests && echo '1 passed, 0 failed'"
wants property && stage property gtest build/host/tests/property_tests
wants conformance && stage conformance gtest build/host/tests/conformance_tests
wants conformance_asan && stage conformance_asan gtest build/asan/tests/conformance_tests
for preset in host asan; do
  name=lwip
  [ $preset = asan ] && name=lwip_asan
  wants $name && stage $name gtest build/$preset/tests/lwip/lwip_tests
  wants $name && stage ${name}_small gtest build/$preset/tests/lwip/lwip_small_tests
  wants $name && stage ${name}_rtos gtest build/$preset/tests/lwip/lwip_rtos_tests
  wants $name && stage ${name}_sockets gtest build/$preset/tests/lwip/sockets/lwip_sockets_tests
  wants $name && stage ${name}_sockets_small gtest build/$preset/tests/lwip/sockets/lwip_sockets_small_tests
done
for preset in host asan; do
  name=tls
  [ $preset = asan ] && name=tls_asan
  wants $name && stage $name gtest build/$preset/tests/tls/tls_tests
  wants $name && stage ${name}_small gtest build/$preset/tests/tls/tls_small_tests
done
wants quality && stage quality all "/usr/bin/python3 tests/quality/layering.py" "/usr/bin/python3 tests/quality/headers.py" \
  "/usr/bin/python3 tests/quality/no_heap.py" "/usr/bin/python3 tests/quality/over_lwip.py" "/usr/bin/python3 tests/quality/requirements.py" \
  "/usr/bin/python3 tests/quality/consumer.py" "/usr/bin/python3 tests/quality/tidy.py" "/usr/bin/python3 tests/quality/readme.py" \
  "/usr/bin/python3 tests/quality/stages.py"
wants size && stage size tests/bench/size.sh
images_ready
wants bench && stage bench all "tests/bench/instructions.sh build/host" \
  "tests/bench/loopback.sh build/host" "tests/bench/tls.sh build/host"
wants fuzz && stage fuzz tests/fuzz/run.sh
wants interop && stage interop timeout 900 /usr/bin/python3 tests/interop/run.py --build build/host
# The two commands with sanitizers, against raw peers, and as persons and shells use them: what asks for no time.
wants interop_asan && stage interop_asan timeout 600 /usr/bin/python3 tests/interop/run.py --build build/asan -k test_commands \
  -k test_wscat_raw -k test_echo_server.Raw -k test_end_by_signal -k test_several_at_once -k WithPythonWebsockets.test_every_close_code
wants firmware && stage firmware all "/usr/bin/python3 tests/firmware/run.py"
wants demo && stage demo all "examples/demo.sh >/dev/null && echo '1 passed, 0 failed'" \
  "examples/demo.sh --host >/dev/null && echo '1 passed, 0 failed'"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
