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
# Rows of what is not built yet, and what that is.
DEFERRED = {
    "TLS-14": "record_size_limit is mbedTLS's own (RFC 8449)",
    "PMD-": "permessage-deflate",
    "NEG-12": "extensions that an application may call mandatory: none are offered",
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
    deferred = {}
    for line in LIST.read_text().splitlines():
        row = line.split()[0]
        why = next((reason for prefix, reason in DEFERRED.items() if row.startswith(prefix)), None)
        if why is None:
            checks.that(row in where, f"no test names {line}")
        else:
            deferred[why] = deferred.get(why, 0) + 1
        if "--list" in sys.argv:
            print(row, ", ".join(sorted(where.get(row, []))) or f"({why or 'no test'})")
    for why, rows in deferred.items():
        print(f"# not built: {why} ({rows} rows)")
    return checks.report("rows of the requirement checklist that a test names")


sys.exit(main())
