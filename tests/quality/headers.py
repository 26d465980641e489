#!/usr/bin/python3
"""Every public header compiles alone, by each compiler."""
import os
import subprocess
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["-std=c++17", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-x", "c++"]
SOURCES = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources"))
MBEDTLS = ["-isystem", f"{SOURCES}/mbedtls/include", '-DMBEDTLS_CONFIG_FILE="whit_mbedtls_config.h"']
LWIP = ["-isystem", f"{SOURCES}/lwip/src/include", "-isystem", f"{SOURCES}/lwip/contrib/ports/unix/port/include"]
SOCKETS = ["-DWHIT_POSIX_OVER_LWIP", *LWIP, f"-I{ROOT}/tests/lwip/sockets/config"]
COMPILERS = {
    "g++": [],
    "clang++": [],
    "arm-none-eabi-g++": ["-mcpu=cortex-m0plus", "-mthumb", "-fno-exceptions", "-fno-rtti"],
}


def posix_headers(system):
    """Those of the POSIX port over one system: its own folder and the common ones."""
    folder = ROOT / "port/posix"
    return [*folder.glob("*.hpp"), *(folder / system).glob("*.hpp")]


def main():
    checks = Checks()
    core = ROOT / "core/include"
    port = [core, ROOT / "port"]
    for compiler, flags in COMPILERS.items():
        groups = [(core.rglob("*.hpp"), [core], []), (posix_headers("lwip"), port, SOCKETS)]
        if compiler != "arm-none-eabi-g++":
            groups.append((posix_headers("libc"), port, []))
            groups.append(((ROOT / "port/proxy").rglob("*.hpp"), port, []))
            groups.append(((ROOT / "port/mbedtls").rglob("*.hpp"), [*port, ROOT / "port/mbedtls/config"], MBEDTLS))
        for headers, includes, extra in groups:
            for header in sorted(headers):
                command = [compiler, *FLAGS, *flags, *[f"-I{path}" for path in includes], *extra, "-"]
                source = f'#include "{header}"\n'
                run = subprocess.run(command, input=source, capture_output=True, text=True)
                checks.that(run.returncode == 0, f"{compiler} {header.relative_to(ROOT)}\n{run.stderr}")
    return checks.report(f"each public header alone, by {', '.join(COMPILERS)}")


sys.exit(main())
