#!/usr/bin/python3
"""The POSIX port over lwIP's sockets assumes no process, no file system and no C library but its memory functions:
compiled for a Cortex-M0+, it refers to lwIP, to itself and to nothing else."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
LWIP = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources")) / "lwip"
FLAGS = ["-std=c++17", "-Os", "-mcpu=cortex-m0plus", "-mthumb", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics",
         "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-DWHIT_POSIX_OVER_LWIP",
         f"-I{ROOT}/core/include", f"-I{ROOT}/port", f"-I{ROOT}/tests/lwip/sockets/config",
         "-isystem", f"{LWIP}/contrib/ports/unix/port/include", "-isystem", f"{LWIP}/src/include"]
ALLOWED = re.compile(r"(lwip|dns|sys|tcpip)_\w+$|mem(chr|cmp|cpy|move|set)$|__errno$|__aeabi_\w+$|_ZNK?4whit|_ZNSt")


def outside(source, config, text=None):
    """The symbols that an object refers to and may not; None if it does not compile."""
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/x.o"
        command = ["arm-none-eabi-g++", *FLAGS, *config, "-c", "-o", target]
        command += ["-x", "c++", "-"] if text is not None else [str(source)]
        if subprocess.run(command, input=text, text=True).returncode != 0:
            return None
        out = subprocess.run(["arm-none-eabi-nm", "-u", target], capture_output=True, text=True, check=True).stdout
        return [name for name in (line.split()[-1] for line in out.splitlines()) if not ALLOWED.match(name)]


def main():
    checks = Checks()
    for name in ("getrandom", "open", "pthread_create", "_Znwj"):
        planted = f'extern "C" int {name}();\nint f();\nint f() {{ return {name}(); }}'
        checks.that(outside("planted", [], planted) == [name], f"a planted {name} was not seen")
    sources = sorted([*(ROOT / "port/posix").glob("*.cpp"), *(ROOT / "port/posix/lwip").glob("*.cpp")])
    for config in ([], ["-DWHIT_TEST_SMALL"], ["-DWHIT_TEST_SMALL", "-DLWIP_DNS=0"]):
        for source in sources:
            found = outside(source, config)
            name = source.relative_to(ROOT)
            checks.that(found == [], f"{name} {config}: " + ("does not compile" if found is None else f"refers to {found}"))
    return checks.report("the POSIX port over lwIP's sockets, for a Cortex-M0+, refers to lwIP alone; planted ones are seen")


sys.exit(main())
