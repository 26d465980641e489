#!/usr/bin/python3
"""Projects of somebody else's have whit as a subdirectory and build its ports by the functions and lines of the READMEs."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources"))
LWIP = SOURCES / "lwip"
UNIX_PORT = LWIP / "contrib/ports/unix/port"
CONFIG = f"{ROOT}/tests/lwip/sockets/config {UNIX_PORT}/include"

# ---- lwIP's sockets

SOCKETS_PROJECT = f"""
cmake_minimum_required(VERSION 3.16)
project(somebody LANGUAGES C CXX)
find_package(Threads REQUIRED)
set(WHIT_LWIP_DIR {LWIP} CACHE PATH "lwIP 2.2")
add_subdirectory({ROOT} whit)
whit_add_lwip_sockets(sockets {CONFIG})
target_sources(sockets_library PRIVATE {UNIX_PORT}/sys_arch.c)
add_library(sdk INTERFACE)
target_include_directories(sdk SYSTEM INTERFACE {CONFIG} {LWIP}/src/include)
whit_add_posix_over_lwip(sockets_of_sdk sdk)
add_executable(firmware main.cpp)
target_link_libraries(firmware PRIVATE sockets Threads::Threads)
"""
# Connects to a port at which nobody listens, and ends with 0 if that is what it was told.
SOCKETS_PROGRAM = """
#include <atomic>
#include "lwip/tcpip.h"
#include "posix/clock.hpp"
#include "posix/tcp.hpp"
#include "whit/websocket.hpp"
bool hardware_random(void*, whit::MutBytes out) { for (auto& byte : out) byte = 4; return true; }
std::atomic<bool> started{false};
int main() {
  tcpip_init([](void*) { started = true; }, nullptr);
  while (!started) sys_msleep(1);
  std::uint8_t rx[1500], ring[512];
  whit::posix::Tcp tcp{rx};
  whit::WebSocket socket{tcp, {&hardware_random, nullptr}, ring};
  whit::ClientOptions options;
  if (socket.connect("ws://127.0.0.1:9/", options, whit::posix::now()) != whit::Status::ok) return 1;
  for (whit::Event event;;) {
    while (socket.poll(whit::posix::now(), event)) {
      if (event.type == whit::Event::Type::error && event.error != whit::Error::connection_refused) return 2;
      if (event.type == whit::Event::Type::close) return 0;
    }
    tcp.wait(socket.next_deadline());
  }
}
"""

# ---- lwIP's raw API and an mbedTLS of their own, by the lines of boards/README.md

DEVICE_PROJECT = f"""
cmake_minimum_required(VERSION 3.16)
project(device LANGUAGES C CXX)
set(SDK {SOURCES})
file(GLOB mbedtls_sources ${{SDK}}/mbedtls/library/*.c)
add_library(mbedtls STATIC ${{mbedtls_sources}})
target_include_directories(mbedtls SYSTEM PUBLIC ${{SDK}}/mbedtls/include ${{SDK}}/mbedtls/library {ROOT}/port/mbedtls/config)
target_compile_definitions(mbedtls PUBLIC MBEDTLS_CONFIG_FILE="whit_mbedtls_config.h")
add_executable(firmware main.cpp)
"""
LWIPOPTS = """
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
"""
# Without anybody to trust, TLS sends nothing.
DEVICE_PROGRAM = """
#include "lwip/init.h"
#include "lwip/clock.hpp"
#include "lwip/tcp.hpp"
#include "mbedtls/tls.hpp"
#include "whit/websocket.hpp"
extern "C" u32_t sys_now() { return 1; }
bool hardware_random(void*, whit::MutBytes out) { for (auto& byte : out) byte = 4; return true; }
int main() {
  lwip_init();
  alignas(8) static std::uint8_t memory[32 * 1024];
  std::uint8_t ring[512];
  whit::lwip::Tcp tcp;
  whit::mbedtls::Arena arena{memory};
  whit::mbedtls::Drbg drbg{{&hardware_random, nullptr}};
  whit::mbedtls::Config config{whit::mbedtls::Role::client, arena, drbg};
  whit::mbedtls::Tls tls{tcp, config};
  whit::WebSocket socket{tls, drbg.entropy(), ring};
  whit::ClientOptions options;
  const whit::Status status = socket.connect("wss://127.0.0.1/", options, whit::lwip::now());
  return status == whit::Status::ok && tls.error() == whit::Error::tls_no_anchor ? 0 : 1;
}
"""


def lines_of_boards():
    text = (ROOT / "boards/README.md").read_text()
    return re.search(r"## In a firmware that has lwIP.*?```cmake\n(.*?)```", text, re.S).group(1)


def build(checks, files, targets):
    """The project that consists of `files`, built and run."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "whit").symlink_to(ROOT)
        for name, text in files.items():
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_text(text)
        configure = ["cmake", "-S", folder, "-B", f"{folder}/build", "-G", "Ninja"]
        steps = [configure, configure,  # the second finds what the first has left in the cache
                 ["cmake", "--build", f"{folder}/build", "--target", "firmware", *targets],
                 [f"{folder}/build/firmware"]]
        nothing_fetched = {**os.environ, "WHIT_SOURCES_DIR": folder}  # all that is found, the project has named
        for step in steps:
            run = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                                 env=nothing_fetched)
            checks.that(run.returncode == 0, f"{' '.join(step)}: {run.returncode}: {run.stdout[-3000:]}")
            if run.returncode != 0:
                return


def main():
    checks = Checks()
    build(checks, {"CMakeLists.txt": SOCKETS_PROJECT, "main.cpp": SOCKETS_PROGRAM}, ["sockets_of_sdk"])
    build(checks, {"CMakeLists.txt": DEVICE_PROJECT + lines_of_boards(), "main.cpp": DEVICE_PROGRAM,
                   "config/lwipopts.h": LWIPOPTS, "config/arch/cc.h": ""}, [])
    return checks.report("whit as a subdirectory of other projects, with the ports to lwIP and mbedTLS")


sys.exit(main())
