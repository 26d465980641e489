"""The unit tests on the cores of boards: every test of the host, but those that tests/firmware/unit/CMakeLists.txt names."""
import re
import subprocess
import unittest

import emulate
from bench import BUILD

BOARDS = ("mps2-an385", "riscv32-virt")
LIMIT = 300  # seconds for each; about 40 on an idle machine
RUNS = {}


def on_the_host():
    """The names of all tests, from the host's own binary."""
    out = subprocess.run([BUILD / "host/tests/unit_tests", "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
    suite, names = "", []
    for line in out.splitlines():
        if line.startswith("  "):
            names.append(suite + line.split("#")[0].strip())
        elif re.match(r"\w+\.", line):
            suite = line.split("#")[0].strip()
    return names


def output_of(name, text):
    """What a test said; what all said last, if it never began."""
    begin = next((at for at, line in enumerate(text) if line == f"[ RUN      ] {name}"), None)
    if begin is None:
        return [f"{name} was not run; the last lines:", *text[-20:]]
    end = next((at for at in range(begin + 1, len(text)) if text[at].startswith(("[ RUN", "[---"))), len(text))
    return text[begin:end]


def image(board):
    return BUILD / board / "tests/firmware/unit/unit_tests.elf"


def left_out(board):
    file = image(board).parent / "left_out.txt"
    return set(file.read_text().split(":")) if file.exists() else set()


class Run:
    """The image of a board, which has been started; end() waits for its verdict."""

    def __init__(self, board):
        self.firmware = emulate.Firmware(board, image(board), [])

    def end(self):
        try:
            self.verdict = self.firmware.verdict(LIMIT)
        finally:
            self.firmware.stop()
        self.text = self.firmware.text
        self.passed = {match.group(1) for line in self.text if (match := re.match(r"\[       OK \] (\S+)", line))}


def setUpModule():
    """All boards at once, as each keeps one core of this machine busy."""
    RUNS.update((board, Run(board)) for board in BOARDS)
    for run in RUNS.values():
        run.end()


class Unit:
    """One board: each test of the host asks what became of it there."""

    board = ""

    def setUp(self):
        self.run_there = RUNS[self.board]

    def test_all_and_nothing_else(self):
        """No crash and no reset on the way, and nothing was left out without being named."""
        self.assertTrue(self.run_there.verdict, "\n".join(["", *self.run_there.text[-40:]]))
        self.assertEqual(self.run_there.passed | left_out(self.board), set(on_the_host()))
        self.assertFalse(self.run_there.passed & left_out(self.board), "named as left out, but run")

    def passes(self, name):
        self.assertIn(name, self.run_there.passed, "\n".join(["", *output_of(name, self.run_there.text)]))


def add(board):
    """A class for the board with a test for each of the host's, so that each is counted."""
    tests = {f"test_{name}": lambda self, name=name: self.passes(name) for name in on_the_host() if name not in left_out(board)}
    kind = "Unit_" + board.replace("-", "_")
    globals()[kind] = type(kind, (Unit, unittest.TestCase), {"board": board, **tests})


for each in BOARDS:
    add(each)
