#!/usr/bin/python3
"""No object of core/ and of the ports refers to the heap, nor does mbedTLS in the reference configuration; none has
exceptions, RTTI or guarded statics; and a client's image carries
nothing of the server, of Refusal or of the texts."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(
    r"\b(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|strn?dup)$|operator (new|delete)|__cxa_|_Unwind_|__gxx_personality"
    r"|std::__throw|typeinfo (for|name)"
)
# Without -fno-threadsafe-statics, so that a static that needs a guard is seen whatever the build says.
FLAGS = ["-std=c++17", "-O2", "-fno-exceptions", "-fno-rtti", "-ffunction-sections",
         "-fdata-sections", f"-I{ROOT}/core/include", f"-I{ROOT}/core/src", f"-I{ROOT}/port"]
SOURCES = Path(os.environ.get("WHIT_SOURCES_DIR", ROOT / "build/sources"))
# All that the reference configuration can do.
MBEDTLS = ["-isystem", f"{SOURCES}/mbedtls/include", "-isystem", f"{SOURCES}/mbedtls/library", f"-I{ROOT}/port/mbedtls/config",
           '-DMBEDTLS_CONFIG_FILE="whit_mbedtls_config.h"',
           "-isystem", f"{SOURCES}/lwip/src/include", f"-I{ROOT}/tests/lwip/config",
           *[f"-DWHIT_TLS_{name}=1" for name in ("1_3", "RSA", "P384", "PSK", "TICKETS", "PEM", "SERVER", "CHACHA", "AES_256")]]
# The POSIX port over lwIP's sockets instead of the C library's.
SOCKETS = ["-DWHIT_POSIX_OVER_LWIP", f"-I{ROOT}/tests/lwip/sockets/config",
           "-isystem", f"{SOURCES}/lwip/contrib/ports/unix/port/include", "-isystem", f"{SOURCES}/lwip/src/include"]


def symbols(objects):
    out = subprocess.run(["nm", "-C", *objects], capture_output=True, text=True, check=True).stdout
    return [line[17:] if len(line) > 17 else line for line in out.splitlines()]


def forbidden(obj):
    found = []
    for line in symbols([obj]):
        name = line.split(" ", 1)[-1].strip()
        if FORBIDDEN.search(name) and "operator new(unsigned long, void*)" not in name:
            found.append(name)
    return found


def compile_to(folder, source, text=None, flags=MBEDTLS):
    target = Path(folder) / (str(source).replace("/", "_") + ".o")
    command = ["g++", *FLAGS, *flags, "-c", "-o", str(target)]
    command += ["-x", "c++", "-"] if text is not None else [str(source)]
    subprocess.run(command, input=text, text=True, check=True)
    return target


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        planted = {
            "heap": "int* f() { return new int; }",
            "c_heap": "#include <cstdlib>\nvoid* f() { return std::malloc(3); }",
            "guard": "int g(); int& f() { static int a = g(); return a; }",
            "destructor": "struct A { A(); ~A(); }; A a;",
            "throw": "#include <string_view>\nstd::string_view f(std::string_view s) { return s.substr(3); }",
        }
        for name, text in planted.items():
            checks.that(forbidden(compile_to(folder, name, text)), f"a planted {name} was not seen")
        objects = []
        for part in ("core/src", "port/posix", "port/lwip", "port/mbedtls", "port/proxy"):
            for source in sorted((ROOT / part).rglob("*.cpp")):
                flags = SOCKETS if "posix/lwip" in str(source) else MBEDTLS
                objects.append(compile_to(folder, source, flags=flags))
                found = forbidden(objects[-1])
                checks.that(not found, f"{source.relative_to(ROOT)} refers to {', '.join(found)}")
        for source in sorted((SOURCES / "mbedtls/library").glob("*.c")):
            target = Path(folder) / f"{source.stem}.o"
            subprocess.run(["gcc", "-O0", *MBEDTLS, "-c", "-o", str(target), str(source)], check=True)
            found = forbidden(target)
            checks.that(not found, f"mbedTLS's {source.name} refers to {', '.join(found)}")
        client = Path(folder) / "client"
        bench = ROOT / "tests/bench/size"
        core = [str(o) for o in objects if "core_src" in str(o)]
        subprocess.run(["g++", *FLAGS, f"{bench}/everything.cpp", f"{bench}/outside.cpp", *core, "-Wl,--gc-sections", "-o",
                        str(client)], check=True)
        carried = [name for name in symbols([str(client)])
                   if re.search(r"ServerHandshake|WebSocket::accept|Refusal::|describe\(|to_string\(", name)]
        checks.that(not carried, f"the client's image carries {carried}")
    return checks.report("no heap, exceptions, RTTI or guards in the objects of core and port; no server in a client; planted ones are seen")


sys.exit(main())
