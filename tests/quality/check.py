"""A count of checks, with the closing line that the test runner reads."""


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def that(self, good, what):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"FAILED: {what}")

    def report(self, what):
        print(f"# {what}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1
