#!/usr/bin/python3
"""Runs an image on an emulated board beside a server on this machine, and returns the firmware's own verdict.

usage: emulate.py BUILD_DIR BOARD EXAMPLE [--tls] [KEY=VALUE...]     to be called by run.sh, in a network of its own
"""
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USER_NETWORK = "net=192.0.2.0/24,host=192.0.2.2,dhcpstart=192.0.2.15"
MACHINES = {
    "mps2-an385": ["qemu-system-arm", "-M", "mps2-an385"],
    "mps2-an500": ["qemu-system-arm", "-M", "mps2-an500"],
    "mps2-an505": ["qemu-system-arm", "-M", "mps2-an505"],
    "lm3s6965evb": ["qemu-system-arm", "-M", "lm3s6965evb"],
    "microbit": ["qemu-system-arm", "-M", "microbit"],
    "riscv32-virt": ["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-global", "virtio-mmio.force-legacy=false"],
}
BOARDS = [*MACHINES, "host"]


def names_of_errors():
    """The enumerators of whit::Error by their numbers, which small boards print."""
    text = (ROOT / "core/include/whit/error.hpp").read_text()
    body = re.sub(r"//.*", "", text[text.index("enum class Error"):text.index("};", text.index("enum class Error"))])
    names, value = {}, 0
    for name, given in re.findall(r"(\w+)(?: = (\w+))?,", body):
        value = int(given, 0) if given else value + 1
        names[value] = name
    return names


ERRORS = names_of_errors()


class Process:
    """A child whose output is kept line by line, and shown if asked for."""

    def __init__(self, title, command, show=False, **options):
        self.title, self.show, self.text = title, show, []
        self._news = queue.Queue()
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, errors="replace", bufsize=1, **options)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stdout:
            line = line.rstrip("\n")
            if "Timer with period zero" in line:  # of QEMU's LM3S, and harmless
                continue
            found = re.fullmatch(r"error: (\d+)", line)
            if found:
                line += f" ({ERRORS.get(int(found.group(1)))})"
            self.text.append(line)
            if self.show:
                sys.stdout.write(f"{self.title:>7} | {line}\n")  # at once, as others write, too
                sys.stdout.flush()
            self._news.put(line)
        self._news.put(None)

    def wait_for(self, words, timeout=20):
        """The next line with these words in it; None if it ended or the time is up."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            try:
                line = self._news.get(timeout=max(0.01, limit - time.monotonic()))
            except queue.Empty:
                return None
            if line is None:
                self._news.put(None)
                return None
            if words in line:
                return line
        return None

    def wait(self, timeout):
        """The exit status; None if the time is up."""
        try:
            status = self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        while self._news.get() is not None:  # all that it said is in .text now
            pass
        self._news.put(None)
        return status

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(5)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def gateway(folder):
    """The micro:bit's way to the network, built when it is not there or its source is newer."""
    program, source = Path(folder) / "slip_gateway", ROOT / "boards/microbit/slip_gateway.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-o", str(program), str(source), "-lslirp"], check=True)
    return str(program)


class Firmware:
    """An image on its board. `forward`: (port of this machine, port of the board). Without `network` nobody is at the other end of its
    cable, or, of a machine whose network is a card, the card is missing."""

    def __init__(self, board, image, arguments, forward=None, show=False, extra=(), network=True):
        self.board, self.helper = board, None
        if board == "host":
            self.process = Process(board, [str(image), *arguments], show)
            return
        command = [*MACHINES[board], "-kernel", str(image), "-display", "none", "-monitor", "none", "-nodefaults", "-no-reboot",
                   "-semihosting-config", ",".join(["enable=on,target=native,arg=fw", *(f"arg={a}" for a in arguments)]), *extra]
        if board == "microbit":
            command += self._serial_network(forward)
        else:
            command += ["-serial", "stdio", *(self._network(forward) if network else ["-nic", "none"])]
        self.process = Process(board, command, show)

    def _network(self, forward):
        network = f"user,id=n0,{USER_NETWORK}"
        if forward:
            network += f",hostfwd=tcp:127.0.0.1:{forward[0]}-192.0.2.15:{forward[1]}"
        if self.board == "riscv32-virt":
            return ["-netdev", network, "-device", "virtio-net-device,netdev=n0"]
        return ["-nic", network]

    def _serial_network(self, forward):
        folder = tempfile.mkdtemp()
        socket = f"{folder}/serial"
        ports = [f"{forward[0]}:{forward[1]}"] if forward else []
        self.helper = Process("gateway", [gateway(ROOT / "build/microbit"), socket, *ports])
        if self.helper.wait_for("ready") is None:
            raise RuntimeError("the gateway did not start: " + " ".join(self.helper.text))
        return ["-chardev", f"socket,id=s0,path={socket}", "-serial", "chardev:s0"]

    @property
    def text(self):
        return self.process.text

    def verdict(self, timeout=60):
        """True if it said so itself and its status agrees: a reset or a crash must not look like a pass."""
        status = self.process.wait(timeout)
        return status == 0 and "VERDICT passed" in self.text

    def stop(self):
        self.process.stop()
        if self.helper:
            self.helper.stop()


def image_of(build, board, name):
    return Path(build) / ("host/examples" if board == "host" else f"{board}/examples") / (name if board == "host" else f"{name}.elf")


def host_address(board):
    """Of this machine, as the board sees it."""
    return "127.0.0.1" if board == "host" else "192.0.2.2"


def main():
    build, board, example, *rest = sys.argv[1:]
    tls = "--tls" in rest
    arguments = [each for each in rest if each != "--tls"]
    certificates = Path(build) / "certificates"
    scheme, port = ("wss", 9443) if tls else ("ws", 9001)
    bin_dir = Path(build) / "host/examples"
    server, forward = None, None
    if example == "server":
        outside, inside = (8443, 443) if tls else (8080, 80)
        forward = (outside, inside if board != "host" else outside)
        arguments.append(f"port={forward[1]}")
    elif example == "telemetry":
        command = [sys.executable, str(ROOT / "boards/telemetry_server.py"), str(port)]
        server = Process("server", command + ([str(certificates)] if tls else []), True)
    else:
        command = [str(bin_dir / "echo_server"), "--port", str(port)]
        if tls:
            command += ["--cert", str(certificates / "server.pem"), "--key", str(certificates / "server.key")]
        server = Process("server", command, True)
    if server and server.wait_for("listening") is None:
        sys.exit("the server did not start")
    if not any(each.startswith("url=") for each in arguments) and example != "server":
        arguments.append(f"url={scheme}://{host_address(board)}:{port}/")
    arguments.append(f"time={int(time.time())}")
    firmware = Firmware(board, image_of(build, board, example + ("_tls" if tls else "")), arguments, forward, True)
    client = None
    try:
        if example == "server":
            firmware.process.wait_for("server on")
            trust = ["--ca", str(certificates / "authority.pem")] if tls else []
            client = Process("wscat", [str(bin_dir / "wscat"), *trust, "--text", "Hello, board!", "--text", "stop",
                                       f"{scheme}://127.0.0.1:{forward[0]}/"], True)
        passed = firmware.verdict(float(os.environ.get("WHIT_LIMIT", "60")))
    finally:
        for each in (client, firmware, server):
            if each:
                each.stop()
    print("passed" if passed else "failed")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
