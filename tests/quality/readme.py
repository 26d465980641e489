#!/usr/bin/python3
"""The C++ example of the README compiles, and the commands of the examples' README lead to the programs that they start."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
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

# In a fresh clone, where nothing is fetched yet; what is here already need not come over the network again.
FETCH = """#!/bin/sh
mkdir -p build/sources
for name in "$@"; do ln -s "{sources}/$name" build/sources/; done
"""


def check_commands(checks):
    """All but building and running, which the stage demo does: the targets are there."""
    block = re.search(r"```\n(.*?)```", (ROOT / "examples/README.md").read_text(), re.S).group(1).splitlines()
    programs = {line.split()[0].rsplit("/")[-1] for line in block if line.startswith("build/examples/")}
    checks.that(programs, "the examples' README starts no program")
    environment = {name: value for name, value in os.environ.items() if name != "WHIT_SOURCES_DIR"}
    sources = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources")).resolve()
    checks.that((sources / "mbedtls").is_dir(), "tests/sources.sh was not run")
    with tempfile.TemporaryDirectory() as clone:
        listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in listing.stdout.splitlines():
            (Path(clone) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, Path(clone) / name)
        (Path(clone) / "tests/sources.sh").write_text(FETCH.format(sources=sources))
        preparing = [line for line in block if line.startswith(("./tests/", "cmake -S"))]
        script = "\n".join(["set -e", *preparing, "cmake --build build/examples --target help"])
        run = subprocess.run(["sh", "-c", script], cwd=clone, env=environment, capture_output=True, text=True)
    checks.that(run.returncode == 0, run.stderr)
    for program in programs:
        checks.that(re.search(rf"(?m)^\.\.\. {program}$", run.stdout), f"the commands of examples/README.md do not build {program}")


def main():
    checks = Checks()
    check_commands(checks)
    blocks = re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    checks.that(blocks, "the README has no example")
    for block in blocks:
        run = subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}/core/include",
                              f"-I{ROOT}/port", "-x", "c++", "-"], input=PROLOGUE + block + "}\n", capture_output=True, text=True)
        checks.that(run.returncode == 0, run.stderr)
    return checks.report("the C++ examples of README.md, and the commands of examples/README.md")


sys.exit(main())
