#!/usr/bin/python3
"""The examples on the emulated boards: run.py [-k PATTERN]... Runs itself in a network of its own. Last line: N passed, N failed."""
import argparse
import os
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", dest="pattern", action="append")
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["WHIT_BUILD"] = str(ROOT / "build/host")
    for folder in ("boards", "tests/interop", "tests/firmware"):
        sys.path.insert(0, str(ROOT / folder))
    if not options.isolated:
        import harness

        harness.install_node_modules()  # the last that needs a network
        subprocess.run([str(ROOT / "examples/common/certificates.sh"), str(ROOT / "build/certificates")], check=True)
        isolate = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
        again = [sys.executable, __file__, *sys.argv[1:], "--isolated"]
        return subprocess.run([*isolate, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *again]).returncode
    loader = unittest.TestLoader()
    if options.pattern:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern]
    suite = loader.discover(str(ROOT / "tests/firmware"), pattern="test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed
    if not options.pattern:
        import bench
        import images

        good, bad = images.report(bench.STACKS, bench.FIGURES)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed else 1


sys.exit(main())
