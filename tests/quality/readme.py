#!/usr/bin/python3
"""The C++ example of the README compiles."""
import re
import subprocess
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
PROLOGUE = """
#include <array>
#include <cstdint>
#include <string_view>
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "whit/websocket.hpp"
using namespace whit;
std::array<std::uint8_t, 4096> rx_memory;
std::array<std::uint8_t, 512> tx_memory;
void handle(MutBytes);
void log(std::string_view);
void example() {
  bool done = false;
  MutBytes rx_buffer(rx_memory), tx_ring(tx_memory);
"""


def main():
    checks = Checks()
    blocks = re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    checks.that(blocks, "the README has no example")
    for block in blocks:
        run = subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}/core/include",
                              f"-I{ROOT}/port", "-x", "c++", "-"], input=PROLOGUE + block + "}\n", capture_output=True, text=True)
        checks.that(run.returncode == 0, run.stderr)
    return checks.report("the C++ examples of README.md")


sys.exit(main())
