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
COMPILERS = {
    "g++": [],
    "clang++": [],
    "arm-none-eabi-g++": ["-mcpu=cortex-m0plus", "-mthumb", "-fno-exceptions", "-fno-rtti"],
}


def main():
    checks = Checks()
    core = ROOT / "core/include"
    for compiler, flags in COMPILERS.items():
        folders = [(core, [core])]
        if compiler != "arm-none-eabi-g++":
            folders.append((ROOT / "port/posix", [core, ROOT / "port"]))
            folders.append((ROOT / "port/proxy", [core, ROOT / "port"]))
            folders.append((ROOT / "port/mbedtls", [core, ROOT / "port", ROOT / "port/mbedtls/config"]))
        for folder, includes in folders:
            for header in sorted(folder.rglob("*.hpp")):
                command = [compiler, *FLAGS, *flags, *[f"-I{path}" for path in includes], *MBEDTLS, "-"]
                source = f'#include "{header}"\n'
                run = subprocess.run(command, input=source, capture_output=True, text=True)
                checks.that(run.returncode == 0, f"{compiler} {header.relative_to(ROOT)}\n{run.stderr}")
    return checks.report(f"each public header alone, by {', '.join(COMPILERS)}")


sys.exit(main())
