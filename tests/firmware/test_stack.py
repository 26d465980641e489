"""The call graph's stack: frames as GCC tells them, and what cannot be bounded is told."""
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import disassembly
from stack import EXCEPTION, Stack

MACHINES = {
    "cortex-m0": (disassembly.Arm, ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"]),
    "cortex-m33": (disassembly.Arm, ["arm-none-eabi-gcc", "-mcpu=cortex-m33", "-mthumb"]),
    "rv32imac": (disassembly.RiscV, ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32", "-mcmodel=medany"]),
}
START = """
void use(void*);
int main(void);
void whit_reset(void) { main(); }
void whit_fault(void) {}
void whit_systick_interrupt(void) { char a[100]; use(a); }
__attribute__((noinline)) void use(void* p) { __asm volatile("" :: "r"(p) : "memory"); }
#ifdef __arm__
__attribute__((section(".vectors"), used)) void (*const vectors[48])(void) = {0, whit_reset, whit_fault, whit_systick_interrupt};
#endif
"""
KNOWN = """
__attribute__((noinline)) int leaf(int a) { return a * 3; }
__attribute__((noinline)) int small(int a) { char b[24]; use(b); return a + b[3]; }
__attribute__((noinline)) int large(int a) { char b[3000]; use(b); return small(a) + b[7]; }
__attribute__((noinline)) int wrapped(int a) { if (a == 0) return 1; char b[600]; use(b); return large(b[1]) + b[a]; }
__attribute__((noinline)) int tail(int a) { return leaf(a + 1); }
__attribute__((noinline)) int table(int a) {
  char b[40];
  switch (a) {
    case 0: use(b); return small(1);
    case 1: return 7;
    case 2: use(b + 1); return large(2);
    case 3: return leaf(9);
    case 4: use(b + 2); return b[3];
    case 5: return tail(a);
    default: return 5;
  }
}
int main(void) { volatile int a = 3; return wrapped(a) + table(a) + tail(a); }
"""


class Nobody:
    """Pointers without a rule."""

    def targets(self, place, functions):
        return None


class Everybody:
    def targets(self, place, functions):
        return {address for address, one in functions.items() if one.name == "target"}


class Graph(unittest.TestCase):
    def stack(self, machine, source, pointers=Nobody()):
        """(Stack, {function: frame by GCC}) of a program."""
        kind, compiler = MACHINES[machine]
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "it.c").write_text(START + source)
        subprocess.run([*compiler, "-Os", "-g", "-fstack-usage", "-fno-builtin", "-fno-asynchronous-unwind-tables",
                        "-nostdlib", "-Wl,-Ttext=0x10000000",
                        "-Wl,--section-start=.vectors=0x0ffff000", "-Wl,--defsym=STACK_SIZE=4096", "-Wl,-e,whit_reset",
                        "-o", folder / "it.elf", folder / "it.c", "-lgcc"], check=True, timeout=60)
        usage = next(folder.glob("*.su")).read_text()
        return Stack(folder / "it.elf", kind, pointers), {name: int(size) for name, size in re.findall(r":(\w+)\t(\d+)\t", usage)}

    def test_frames_are_those_of_the_compiler(self):
        for machine in MACHINES:
            with self.subTest(machine):
                stack, given = self.stack(machine, KNOWN)
                self.assertEqual(stack.problems, [])
                frames = {one.name: one.frame for one in stack.functions.values()}
                self.assertGreater(given["large"], 3000)
                self.assertEqual({name: frames[name] for name in given}, given)
                way = given["main"] + given["wrapped"] + given["large"] + max(given["small"], given["use"]) + given["use"]
                interrupt = EXCEPTION + given["whit_systick_interrupt"] + given["use"] if machine != "rv32imac" else 0
                self.assertLessEqual(abs(stack.worst - way - interrupt - given["whit_reset"]), 16)

    def test_a_tail_call_gives_its_frame_back(self):
        stack, given = self.stack("cortex-m33", "int small(int); __attribute__((noinline)) int tail(int a)"
                                  "{ volatile char b[400]; b[a] = 1; return small(b[2]); }"
                                  "__attribute__((noinline)) int small(int a) { volatile char b[300]; b[a] = 2; return b[3]; }"
                                  "int main(void) { return tail(3); }")
        self.assertGreaterEqual(given["tail"], 400)
        self.assertLess(stack.worst - EXCEPTION - given["whit_systick_interrupt"] - given["use"], given["tail"] + 40)

    def problems(self, source, pointers=Nobody()):
        return "\n".join(self.stack("cortex-m33", source, pointers)[0].problems)

    def test_recursion_is_told(self):
        self.assertIn("recursion: down -> other", self.problems(
            "int other(int); __attribute__((noinline)) int down(int a) { char b[9]; use(b); return a ? other(a - 1) + *b : 1; }"
            "__attribute__((noinline)) int other(int a) { char b[9]; use(b); return down(a / 2) + *b; }"
            "int main(void) { return down(9); }"))
        self.assertIn("recursion: alone", self.problems(
            "__attribute__((noinline)) int alone(int a) { char b[9]; use(b); return a ? alone(a - 1) + *b : 1; }"
            "int main(void) { return alone(9); }"))

    def test_a_pointer_without_a_rule_is_told(self):
        source = "int (*volatile pointer)(int); int main(void) { return pointer(3) + 1; }"
        self.assertIn("nobody knows what is called at main", self.problems(source))

    def test_what_a_pointer_reaches_is_counted(self):
        source = ("__attribute__((noinline)) int target(int a) { char b[900]; use(b); return a + *b; }"
                  "int (*volatile pointer)(int) = target; int main(void) { return pointer(3) + 1; }")
        stack, given = self.stack("cortex-m33", source, Everybody())
        self.assertEqual(stack.problems, [])
        self.assertGreater(stack.worst, given["target"])

    def test_an_address_that_no_rule_reaches_is_told(self):
        self.assertIn("nobody calls forgotten", self.problems(
            "int forgotten(int a) { return a; } int (*volatile pointer)(int) = forgotten; int main(void) { return 1; }"))

    def test_a_frame_of_no_fixed_size_is_told(self):
        self.assertIn("sp", self.problems("int main(void) { volatile int n = 9; char b[n]; use(b); return *b; }"))


if __name__ == "__main__":
    unittest.main()
