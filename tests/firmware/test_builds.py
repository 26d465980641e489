"""What builds for hardware, and what refuses to."""
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import images

ROOT = Path(__file__).resolve().parents[2]


def configure(board, cpu, folder):
    launcher = shutil.which("ccache")
    return subprocess.run(
        ["cmake", *([f"-DCMAKE_{language}_COMPILER_LAUNCHER={launcher}" for language in ("C", "CXX")] if launcher else ()),
         "-S", ROOT, "-B", folder, "-G", "Ninja", f"-DWHIT_BOARD={board}", f"-DWHIT_CPU={cpu}", "-DWHIT_BUILD_TESTS=OFF",
         f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/boards/toolchains/arm-none-eabi.cmake"],
        capture_output=True, text=True)


class Builds(unittest.TestCase):
    def test_no_image_for_hardware_without_randomness(self):
        for board in ("mps2-an385", "lm3s6965evb"):
            with self.subTest(board), tempfile.TemporaryDirectory() as folder:
                run = configure(board, "cortex-m3", folder)
                self.assertNotEqual(run.returncode, 0)
                self.assertIn("no source of randomness", run.stderr)

    def test_the_microbit_has_its_own(self):
        """An image for the device: no semihosting in it, and it is small enough."""
        with tempfile.TemporaryDirectory() as folder:
            run = configure("microbit", "cortex-m0", folder)
            self.assertEqual(run.returncode, 0, run.stderr)
            examples = ("telemetry", "telemetry_tls", "echo_tls")
            run = subprocess.run(["cmake", "--build", folder, "--target", *examples], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stdout)
            for example in examples:
                image = Path(folder) / f"examples/{example}.elf"
                code = subprocess.run(["arm-none-eabi-objdump", "-d", image], capture_output=True, text=True, check=True).stdout
                self.assertNotRegex(code, r"bkpt\s+0x00ab")
                self.assertTrue(image.with_suffix(".hex").exists())
                self.assertLess(image.with_suffix(".bin").stat().st_size, 256 * 1024)

    def test_every_kind_of_image_is_searched_for_the_heap(self):
        with mock.patch.object(images, "forbidden", lambda *_: ["malloc"]):
            problems, good = images.judge_symbols()
        self.assertEqual(good, 0)
        for board in (*images.BOARDS, images.LTO, images.CLIENT):
            self.assertIn(f"{board} hello contains malloc", problems)
        for name in ("malloc", "_malloc_r", "_sbrk.part.0", "calloc.constprop.1", "operator new(unsigned int)"):
            self.assertRegex(name, images.FORBIDDEN)


if __name__ == "__main__":
    unittest.main()
