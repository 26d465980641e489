"""Budgets of the figures: a file of lines "name  most  target", where target may be '-'."""
import re


class Budgets:
    def __init__(self, path):
        self.lines = {}
        self.passed = self.failed = 0
        with open(path, encoding="utf-8") as file:
            for line in file:
                found = re.match(r"([^#\s].*?)\s+(\d+)\s+(\d+|-)\s*$", line)
                if found:
                    self.lines[found.group(1)] = (int(found.group(2)), found.group(3))

    def _judge(self, name, value, good, sign):
        limit, target = self.lines[name]
        kept = good(value, limit)
        self.passed += kept
        self.failed += not kept
        note = "" if target in ("-", str(limit)) else f", target {target}"
        print(f"| {name:24} | {value:8} | {'kept' if kept else 'BROKEN'}: {sign} {limit}{note} |")

    def at_most(self, name, value):
        self._judge(name, value, lambda a, b: a <= b, "at most")

    def at_least(self, name, value):
        self._judge(name, value, lambda a, b: a >= b, "at least")

    def holds(self, name, good):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"| {name} | BROKEN |")

    def report(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.failed == 0 and self.passed else 1
