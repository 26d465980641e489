#!/usr/bin/python3
"""A project of somebody else's has whit as a subdirectory and builds the ports to lwIP by the functions of the READMEs."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
LWIP = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources")) / "lwip"
UNIX_PORT = LWIP / "contrib/ports/unix/port"
CONFIG = f"{ROOT}/tests/lwip/sockets/config {UNIX_PORT}/include"
PROJECT = f"""
cmake_minimum_required(VERSION 3.16)
project(somebody LANGUAGES C CXX)
find_package(Threads REQUIRED)
set(WHIT_LWIP_DIR {LWIP} CACHE PATH "lwIP 2.2")
add_subdirectory({ROOT} whit)
whit_add_lwip_sockets(sockets {CONFIG})
target_sources(sockets_library PRIVATE {UNIX_PORT}/sys_arch.c)
whit_add_lwip(raw {CONFIG})
add_library(sdk INTERFACE)
target_include_directories(sdk SYSTEM INTERFACE {CONFIG} {LWIP}/src/include)
whit_add_posix_over_lwip(sockets_of_sdk sdk)
add_executable(firmware main.cpp)
target_link_libraries(firmware PRIVATE sockets Threads::Threads)
"""
# Connects to a port at which nobody listens, and ends with 0 if that is what it was told.
PROGRAM = """
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


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "CMakeLists.txt").write_text(PROJECT)
        Path(folder, "main.cpp").write_text(PROGRAM)
        steps = [["cmake", "-S", folder, "-B", f"{folder}/build", "-G", "Ninja"],
                 ["cmake", "--build", f"{folder}/build", "--target", "firmware", "sockets_of_sdk", "raw"],
                 [f"{folder}/build/firmware"]]
        for step in steps:
            run = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
            checks.that(run.returncode == 0, f"{' '.join(step)}: {run.stdout[-3000:]}")
            if run.returncode != 0:
                break
    return checks.report("whit as a subdirectory of another project, with the ports to lwIP")


sys.exit(main())
