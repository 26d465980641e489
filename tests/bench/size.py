#!/usr/bin/env python3
"""Weighs the client images: flash by part from the linker map, RAM of a connection, worst stack of poll().

usage: size.py PRESET BUILD_DIR BUDGETS     Prints a table and the line "N passed, N failed".
"""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from budgets import Budgets


def sections(map_file):
    """(section, size, object) of everything that stayed in the image."""
    text = map_file.read_text()
    text = text[text.index("Linker script and memory map"):]
    pattern = re.compile(r"^ (\.(?:text|rodata)\S*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$", re.M)
    for name, address, size, where in pattern.findall(re.sub(r"^( \.\S+)\n +", r"\1 ", text, flags=re.M)):
        if int(address, 16) or int(size, 16):
            yield name, int(size, 16), where


def part(where):
    if "libwhit_" in where:
        return re.search(r"\((.*?)\.cpp", where).group(1)
    return "app" if ".dir/size/" in where else "libc"


def parts_of(map_file):
    parts = {}
    for _, size, where in sections(map_file):
        name = part(where)
        parts[name] = parts.get(name, 0) + size
    return parts, sum(size for name, size in parts.items() if name not in ("app", "libc"))


def worst_stack(build):
    """The deepest call path from poll(), by the compiler's own call graphs. Calls into the transport count as 0."""
    sizes, calls = {}, {}
    for info in build.glob("tests/bench/CMakeFiles/whit_client.dir/**/*.ci"):
        text = info.read_text()
        for title, label in re.findall(r'node: \{ title: "([^"]+)" label: "([^"]*)"', text):
            found = re.search(r"(\d+) bytes", label)
            if found:
                sizes[title.split(":")[-1]] = int(found.group(1))
        for source, target in re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text):
            calls.setdefault(source.split(":")[-1], set()).add(target.split(":")[-1])

    def deepest(name, path):
        if name in path:
            raise SystemExit(f"recursion: {' -> '.join(path + (name,))}")
        below = [deepest(callee, path + (name,)) for callee in calls.get(name, ())]
        return sizes.get(name, 0) + max(below, default=0)

    roots = [name for name in sizes if "WebSocket4poll" in name]
    return max(deepest(name, ()) for name in roots)


def main():
    preset, build, budget_file = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    parts, whit = parts_of(build / "tests/bench/size_client.map")
    _, everything = parts_of(build / "tests/bench/size_everything.map")
    outside = next(build.glob("tests/bench/CMakeFiles/size_everything.dir/**/outside.cpp.obj"))
    symbols = subprocess.run(["arm-none-eabi-nm", "-S", outside], capture_output=True, text=True, check=True).stdout
    ram = int(re.search(r"\S+ (\S+) \S whit_connection_ram", symbols).group(1), 16)
    print(f"# {preset}: text and read-only data of a complete ws:// client")
    for name, size in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"| {name:20} | {size:6} |")
    print(f"| {'whit':20} | {whit:6} |")
    print(f"| {'whit, everything':20} | {everything:6} |  (URL read by the device, ClientOptions, engine with both roles)")
    print(f"| {'RAM, beside the ring':20} | {ram:6} |")
    print(f"| {'worst stack of poll':20} | {worst_stack(build):6} |  (without the transport)")
    budgets = Budgets(budget_file)
    budgets.at_most(f"{preset} flash", whit)
    budgets.at_most(f"{preset} everything flash", everything)
    budgets.at_most(f"{preset} ram", ram)
    return budgets.report()


if __name__ == "__main__":
    sys.exit(main())
