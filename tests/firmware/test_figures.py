"""Figures of firmware, for the budgets: instructions by -icount, throughput beside lwIP alone."""
import re
import socket
import subprocess
import threading
import time
import unittest

import bench
import emulate
from bench import BUILD, log, peer, url
from harness import echo_server

# What each emulator counts, under the name of the core.
CORES = {"m3": "mps2-an385", "m0": "microbit"}


class Figures(unittest.TestCase):
    def test_instructions(self):
        for core, board in CORES.items():
            image = BUILD / board / "tests/firmware/instructions.elf"
            command = [*emulate.MACHINES[board], "-kernel", image, "-display", "none", "-monitor", "none", "-nodefaults", "-serial",
                       "null" if board == "microbit" else "stdio", "-semihosting-config", "enable=on,target=native,arg=fw",
                       "-icount", "shift=10"]
            with self.subTest(core):
                run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                     timeout=100)
                self.assertIn("VERDICT passed", run.stdout)
                for name, count in re.findall(r"^count (.*): (\d+)$", run.stdout, re.M):
                    bench.FIGURES[f"{core} {name}"] = int(count)

    def test_smallest(self):
        """A wss client on the micro:bit, optimised across all of its parts: that image is held to its flash and its RAM."""
        image = BUILD / "microbit-lto/examples/echo_tls.elf"
        with peer("websockets", True) as port:
            one = emulate.Firmware("microbit", image, [f"url={url('microbit', port, True)}", f"time={int(time.time())}", "count=30"])
            try:
                self.assertTrue(one.verdict(), log(one))
            finally:
                one.stop()
        sizes = subprocess.run(["arm-none-eabi-size", image], capture_output=True, text=True, check=True).stdout
        text, data, bss = map(int, sizes.splitlines()[1].split()[:3])
        stack = int(re.search(r"stack: (\d+) bytes", "\n".join(one.text)).group(1))
        bench.STACKS["microbit-lto", "echo_tls"] = stack
        bench.FIGURES["microbit-lto echo_tls flash"] = text + data
        bench.FIGURES["microbit-lto echo_tls ram"] = data + bss + stack

    def test_throughput(self):
        """Four megabytes there and back; the best of up to three tries, as machines are noisy."""
        board = "mps2-an385"
        image = BUILD / board / "tests/firmware/throughput.elf"
        for _ in range(3):
            with echo_server() as server, RawEcho() as raw:
                one = emulate.Firmware(board, image, [f"raw={raw.port}", f"url={url(board, server.port)}"])
                try:
                    self.assertTrue(one.verdict(120), log(one))
                finally:
                    one.stop()
            percent = int(re.search(r"throughput: (\d+) percent", "\n".join(one.text)).group(1))
            bench.FIGURES["m3 throughput"] = max(percent, bench.FIGURES.get("m3 throughput", 0))
            if percent >= 90:
                return


class RawEcho:
    """TCP that sends back what it gets."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    @staticmethod
    def serve(link):
        try:
            with link:
                while data := link.recv(1 << 18):
                    link.sendall(data)
        except OSError:  # the board resets it in the end
            pass

    def __exit__(self, *_):
        self.listener.close()
