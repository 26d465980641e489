#!/usr/bin/python3
"""The README's first example, built as it says, comes to its end; the commands of the examples' README lead to programs."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
PROJECT = """
cmake_minimum_required(VERSION 3.16)
project(somebody LANGUAGES C CXX)
add_executable(firmware main.cpp)
target_compile_options(firmware PRIVATE -Wall -Wextra -Werror)
"""
# What the example leaves to the application.
BEFORE = """
#include <cstdio>
#include <string_view>
#include "whit/bytes.hpp"
static void handle(whit::MutBytes) {}
static void log(std::string_view text) { std::printf("%.*s\\n", static_cast<int>(text.size()), text.data()); }
"""
BEHIND = "\nint main() { run(); }\n"

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


def first_block(text, language):
    found = re.search(rf"```{language}\n(.*?)```", text, re.S)
    return found.group(1) if found else ""


def outcome(command):
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        return run.returncode, run.stdout
    except subprocess.TimeoutExpired:
        return -1, "it never ended"


def check_example(checks):
    text = (ROOT / "README.md").read_text()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        example = first_block(text, "cpp").replace("device.example", "127.0.0.1:%d" % nobody.getsockname()[1])
        Path(folder, "whit").symlink_to(ROOT)
        Path(folder, "CMakeLists.txt").write_text(PROJECT + first_block(text, "cmake"))
        Path(folder, "main.cpp").write_text(BEFORE + example + BEHIND)
        for step in (["cmake", "-S", folder, "-B", f"{folder}/build", "-G", "Ninja"],
                     ["cmake", "--build", f"{folder}/build", "--target", "firmware"],
                     ["timeout", "20", f"{folder}/build/firmware"]):
            code, said = outcome(step)
            checks.that(code == 0, f"{' '.join(step)}: {code}: {said[-3000:]}")
            if code != 0:
                break
        checks.that(said == "connection_refused\n", f"the example says: {said[-200:]}")


def main():
    checks = Checks()
    check_commands(checks)
    check_example(checks)
    return checks.report("the first example of README.md, built and run, and the commands of examples/README.md")


sys.exit(main())
