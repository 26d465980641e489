#!/usr/bin/python3
"""Which rows of the requirement checklist have a test that names them.

requirements.txt is the checklist: "ID level role | requirement". `--update FILE` takes it from the full document.
"""
import re
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests/quality/requirements.txt"
# Not built yet, and why.
DEFERRED = {
    "TLS-": "TLS", "REC-": "reconnecting", "PMD-": "permessage-deflate", "REQ-13": "proxies", "RSP-08": "following redirects",
    "SRV-22": "TLS", "NEG-12": "extensions", "NEG-11": "extensions",
}


def update(document):
    rows = re.findall(r"^\| ([A-Z]{3}-\d\d) \| (.+?) \| (client|server|both) \| .+? \| (MUST|SHOULD|own policy) \|",
                      Path(document).read_text(), re.M)
    LIST.write_text("".join(f"{row} {level.replace(' ', '_')} {role} | {text}\n" for row, text, role, level in rows))


def named():
    """ID -> files that name it. A range like FRM-04..06 counts for each."""
    where = {}
    folders = [ROOT / "tests", ROOT / "port/conformance"]
    for file in (f for folder in folders for f in folder.rglob("*") if f.suffix in (".cpp", ".hpp", ".py")):
        if "quality" in file.parts:
            continue
        text = file.read_text()
        for prefix, first, last in re.findall(r"\b([A-Z]{3})-(\d\d)(?:\.\.(?:[A-Z]{3}-)?(\d\d))?", text):
            for number in range(int(first), int(last or first) + 1):
                where.setdefault(f"{prefix}-{number:02}", set()).add(file.name)
    return where


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--update":
        return update(sys.argv[2])
    checks = Checks()
    where = named()
    for line in LIST.read_text().splitlines():
        row = line.split()[0]
        if any(row.startswith(prefix) for prefix in DEFERRED):
            continue
        checks.that(row in where, f"no test names {line}")
        if "--list" in sys.argv:
            print(row, ", ".join(sorted(where.get(row, []))))
    return checks.report()


sys.exit(main())
