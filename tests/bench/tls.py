#!/usr/bin/env python3
"""What TLS adds on a Cortex-M3: flash from the linker's map, RAM measured by an image that runs in QEMU.

usage: tls.py BUILD_DIR BUDGETS     Prints a table and the line "N passed, N failed".
       tls.py BUILD_DIR --options   Prints what each switch of the reference configuration adds.
"""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from budgets import Budgets
from size import sections

FIGURES = {"small": "TLS 1.2, records of 1 KiB in, 512 B out", "medium": "TLS 1.2, 4 KiB in, 2 KiB out",
           "large": "TLS 1.2, 16 KiB in, 2 KiB out", "tls13": "TLS 1.3 and 1.2, 4 KiB in, 2 KiB out"}
QEMU = ["qemu-system-arm", "-M", "mps2-an385", "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "null", "-nodefaults",
        "-semihosting-config", "enable=on,target=native", "-no-reboot", "-kernel"]


def flash(map_file):
    parts = {"mbedTLS": 0, "port": 0, "core": 0, "libc": 0}
    for _, size, where in sections(map_file):
        part = ("mbedTLS" if "_library.a" in where else "port" if "libtls_" in where else "core" if "libwhit_core" in where
                else None if "_client" in where else "libc")
        if part:
            parts[part] += size
    return parts


def measure(image):
    run = subprocess.run([*QEMU, image], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if run.returncode != 0 or "MEASURED" not in run.stdout:
        sys.exit(f"{image.name}: {run.returncode} {run.stdout} {run.stderr}\n0 passed, 1 failed")
    return {name: int(value) for name, value in re.findall(r"^(\w+) (\d+)$", run.stdout, re.M)}


def options(build):
    def figures(name):
        parts, ram = flash(build / f"tls_{name}.map"), measure(build / f"tls_{name}_measure")
        return parts["mbedTLS"] + parts["port"], ram["arena"] + ram["objects"], ram["stack"]

    base = figures("small")
    print("| switch | flash | RAM | stack |\n|---|---|---|---|")
    for map_file in sorted(build.glob("tls_*.map")):
        name = map_file.stem[4:]
        if name not in FIGURES:
            added = [value - without for value, without in zip(figures(name), base)]
            print(f"| WHIT_TLS_{name} | {added[0]:+} | {added[1]:+} | {added[2]:+} |")
    return 0


def main():
    if sys.argv[2] == "--options":
        return options(Path(sys.argv[1]) / "tests/bench/tls")
    build, budgets = Path(sys.argv[1]) / "tests/bench/tls", Budgets(sys.argv[2])
    print("# wss on a Cortex-M3 (-Os): ECDHE-ECDSA P-256, AES-128-GCM, the server verified by one authority; bytes")
    print("| configuration | mbedTLS flash | port flash | core flash | libc | arena peak | tls_memory_needed | objects | RAM added | stack |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    values = {}
    for name, about in FIGURES.items():
        parts, ram = flash(build / f"tls_{name}.map"), measure(build / f"tls_{name}_measure")
        total = ram["arena"] + ram["objects"]
        print(f"| {about} | {parts['mbedTLS']} | {parts['port']} | {parts['core']} | {parts['libc']} | {ram['arena']} | {ram['needed']} "
              f"| {ram['objects']} | {total} | {ram['stack']} |")
        values[name] = (parts["mbedTLS"] + parts["port"], total)
        budgets.holds(f"tls {name}: tls_memory_needed() is a bound", ram["arena"] <= ram["needed"] <= ram["arena"] * 3 // 2)
    for name, (size, ram) in values.items():
        budgets.at_most(f"tls {name} flash", size)
        budgets.at_most(f"tls {name} ram", ram)
    return budgets.report()


sys.exit(main())
