#!/usr/bin/python3
"""Dependencies point one way: reads every #include and holds the rules of core/README.md."""
import re
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
STANDARD = {"array", "atomic", "cstddef", "cstdint", "cstring", "limits", "new", "string_view", "type_traits", "utility"}

# Where a file lives -> what it may include beside whit/ (the public headers).
MAY = [
    ("core/src/wire/", {"wire/"}),
    ("core/src/handshake/", {"wire/", "handshake/"}),
    ("core/src/engine/", {"wire/", "engine/"}),
    ("core/src/", {"wire/", "engine/"}),
    ("core/include/", set()),
    ("port/posix/lwip/", {"posix/", "lwip/"}),
    ("port/posix/", {"posix/"}),
    ("port/lwip/", {"lwip/"}),
]


# What of the POSIX port must not know the system's own headers: all but libc/, behind posix/system.hpp.
def is_portable(path):
    return path.startswith("port/posix/") and not path.startswith("port/posix/libc/")


def problem(path, line):
    """Why this line of this file breaks a rule; None if it does not."""
    found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
    if not found:
        return None
    kind, name = found.groups()
    in_core = path.startswith("core/")
    if kind == "<" and is_portable(path) and name not in STANDARD:
        return f"<{name}> belongs behind posix/system.hpp"
    if kind == "<":
        return f"<{name}> is not for freestanding use" if in_core and name not in STANDARD else None
    if name.startswith("whit/"):
        # Headers under detail/ are the core's own.
        return "detail/ is the core's own" if "detail/" in name and path.startswith(("examples/", "boards/")) else None
    for folder, allowed in MAY:
        if path.startswith(folder):
            return None if any(name.startswith(prefix) for prefix in allowed) else f'"{name}" is above or beside it'
    if path.startswith("boards/") and name.startswith(("wire/", "engine/", "handshake/")):
        return "boards do not look into core/src"
    return None


def main():
    checks = Checks()
    for path, line in (("core/src/wire/x.cpp", '#include "engine/hash.hpp"'), ("core/src/x.cpp", "#include <string>"),
                       ("core/src/engine/x.cpp", '#include "handshake/accept.hpp"'),
                       ("port/posix/x.cpp", '#include "engine/hash.hpp"'), ("port/posix/x.cpp", "#include <sys/socket.h>"),
                       ("port/posix/x.cpp", '#include "lwip/sockets.h"'), ("core/src/x.cpp", '#include "posix/tcp.hpp"'),
                       ("examples/x.cpp", '#include "whit/detail/utf8.hpp"')):
        checks.that(problem(path, line), f"a planted violation was not seen: {path}: {line}")
    for folder in ("core", "port", "boards", "examples"):
        for file in sorted((ROOT / folder).rglob("*.[ch]pp")):
            path = str(file.relative_to(ROOT))
            for line in file.read_text().splitlines():
                why = problem(path, line)
                if why:
                    checks.that(False, f"{path}: {line.strip()}: {why}")
            checks.that(True, path)
    return checks.report("which file includes what in core, port, boards and examples; planted violations are seen")


sys.exit(main())
