#!/usr/bin/python3
"""tests/run.sh knows its stages, refuses what is none, and tests/README.md tells of each."""
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from check import Checks

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    """(status, standard output, standard error). What goes on for long has begun to build, and is ended."""
    process = subprocess.Popen([ROOT / "tests/run.sh", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    try:
        out, err = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
    return process.returncode, out, err


def main():
    checks = Checks()
    stages = run("--list")[1].split()
    checks.that(stages, "no stage is listed")
    for arguments in (["--stage", "typo"], ["--stage", "unit", "--stage", "unit_"], ["--stage", "*"], ["--stage", ""], ["--stage"]):
        status, out, err = run(*arguments)
        checks.that(status == 2, f"run.sh {arguments} ends with {status}, not 2")
        checks.that("--list" in err and not out, f"run.sh {arguments} says: {out}{err}")
    script = (ROOT / "tests/run.sh").read_text()
    table = re.findall(r"^\| (`.*?`) \|", (ROOT / "tests/README.md").read_text(), re.M)
    told = {name for row in table for name in re.findall(r"`(\w+)`", row)}
    checks.that(told == set(stages), f"only in tests/README.md or only in run.sh: {told ^ set(stages)}")
    for stage in stages:
        named = stage.removesuffix("_asan") if stage in ("lwip_asan", "tls_asan") else stage  # two of a kind, in a loop
        checks.that(re.search(rf"wants {stage} && stage|^  name={named}$", script, re.M), f"run.sh has no stage {stage}")
    return checks.report("the stages of tests/run.sh")


sys.exit(main())
