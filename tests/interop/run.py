#!/usr/bin/python3
"""The interop tests: run.py --build DIR [-k PATTERN]. The last line is "N passed, N failed"."""
import argparse
import os
import sys
import unittest
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("-k", dest="pattern", action="append")
    options = parser.parse_args()
    os.environ["WHIT_BUILD"] = str(Path(options.build).resolve())
    sys.path.insert(0, str(Path(__file__).parent))
    # Not a status of ours, so that no test takes what a sanitizer finds for an answer.
    for sanitizer in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        os.environ[sanitizer] = f"{os.environ.get(sanitizer, '')}:exitcode=99"
    loader = unittest.TestLoader()
    if options.pattern:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern]
    suite = loader.discover(str(Path(__file__).parent), pattern="test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 0 if failed == 0 and result.testsRun else 1


sys.exit(main())
