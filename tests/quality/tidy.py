#!/usr/bin/python3
"""Files that one reads in a sitting, nothing unfinished, and no names that do not belong in a public project."""
import re
import subprocess
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|DISABLED_|GTEST_SKIP|not implemented")
FOREIGN = re.compile(r"\w\.deb" + r"ian\.(org|net)|registry\.np" + r"mjs|/work/|/home/")


def main():
    checks = Checks()
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in out.splitlines():
        file = ROOT / name
        if file == Path(__file__).resolve() or not file.is_file():
            continue
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        if file.suffix in (".cpp", ".hpp", ".py", ".sh", ".js"):
            lines = text.count("\n")
            checks.that(lines <= MOST_LINES, f"{name} has {lines} lines, more than {MOST_LINES}")
            checks.that(not UNFINISHED.search(text), f"{name}: {UNFINISHED.search(text)}")
        checks.that(not FOREIGN.search(text), f"{name}: {FOREIGN.search(text)}")
    return checks.report("length and words of all files in the repository")


sys.exit(main())
