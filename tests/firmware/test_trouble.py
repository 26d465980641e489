"""What happens to devices in the field, to firmware on emulated boards."""
import contextlib
import json
import os
import signal
import socket
import struct
import tempfile
import threading
import time
import unittest
from pathlib import Path

import emulate
import websockets

from bench import firmware, log, peer, tls_context, url
from harness import Peer, PythonServer, echo_server, wait_for

BOARDS = tuple(emulate.MACHINES)
QUICK = ("delay=100", "interval=50")
WATCHFUL = (*QUICK, "ping=500", "pong=1000")  # for those who wait for silence to be noticed


async def stop_soon(link, *_):
    """Readings come again: then it was worth it."""
    count = 0
    async for _reading in link:
        count += 1
        if count == 3:
            await link.send("stop")


class Trouble(unittest.TestCase):
    def comes_back(self, board, break_it, words, tls=False, how=QUICK):
        """A listener whose first connection is accepted, opened and then broken; the next is a server that says stop."""
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        arguments = [f"url={url(board, port, tls)}", *how]
        with firmware(board, "telemetry", arguments, tls) as one:
            listener.settimeout(20)
            first, _ = listener.accept()
            if tls:
                first = tls_context().wrap_socket(first, server_side=True)
            link = Peer(first)
            link.accept()
            self.assertTrue(one.process.wait_for("open"), log(one))
            break_it(link.socket)
            self.assertTrue(one.process.wait_for(words), log(one))
            self.assertTrue(one.process.wait_for("again in"), log(one))
            listener.close()
            with PythonServer(stop_soon, **({"ssl": tls_context()} if tls else {})) as server:
                # The same port is gone, so what comes there is passed on.
                with Forwarder(port, server.port):
                    self.assertTrue(one.verdict(), log(one))

    def test_a_server_that_resets(self):
        def reset(link):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.close()

        for board in BOARDS:
            with self.subTest(board):
                self.comes_back(board, reset, "connection_reset")

    def test_a_server_that_resets_tls(self):
        def reset(link):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.close()

        for board in BOARDS:
            with self.subTest(board):
                self.comes_back(board, reset, "connection_reset", tls=True)

    def test_a_server_that_ends_its_direction_only(self):
        for board in BOARDS:
            with self.subTest(board):
                self.comes_back(board, lambda link: link.shutdown(socket.SHUT_WR), "connection_lost")

    def test_a_server_that_falls_silent(self):
        """Half-open: found within the pong deadline."""
        for board in BOARDS:
            with self.subTest(board):
                start = time.monotonic()
                self.comes_back(board, lambda link: None, "pong_timeout", how=WATCHFUL)
                self.assertLess(time.monotonic() - start, 15)

    def test_a_server_that_is_killed_and_started_again(self):
        for board in BOARDS:
            with self.subTest(board):
                with echo_server() as first:
                    port = first.port
                    with firmware(board, "telemetry", [f"url={url(board, port)}", *QUICK]) as one:
                        self.assertTrue(one.process.wait_for("command"), log(one))  # an echo is no command, but is shown
                        first.kill()
                        first.wait()
                        self.assertTrue(one.process.wait_for("connection_refused"), log(one))
                        with PythonServer(stop_soon) as server, Forwarder(port, server.port):
                            self.assertTrue(one.verdict(), log(one))

    def test_a_server_that_is_frozen_and_thaws(self):
        for board in BOARDS:
            with self.subTest(board):
                with echo_server() as server:
                    with firmware(board, "telemetry", [f"url={url(board, server.port)}", *WATCHFUL]) as one:
                        self.assertTrue(one.process.wait_for("command"), log(one))
                        os.kill(server.pid, signal.SIGSTOP)
                        try:
                            self.assertTrue(one.process.wait_for("pong_timeout"), log(one))
                        finally:
                            os.kill(server.pid, signal.SIGCONT)
                        self.assertTrue(one.process.wait_for("open", 30), log(one))
                        self.assertTrue(one.process.wait_for("command"), log(one))

    def test_the_cable_is_pulled_and_put_back(self):
        for board in BOARDS:
            if board == "microbit":  # a serial line
                continue
            with self.subTest(board), tempfile.TemporaryDirectory() as folder, PythonServer(chatter) as server:
                control = f"{folder}/qmp"
                extra = ["-qmp", f"unix:{control},server=on,wait=off"]
                with firmware(board, "telemetry", [f"url={url(board, server.port)}", *WATCHFUL], extra=extra) as one:
                    self.assertTrue(one.process.wait_for("command"), log(one))
                    set_link(control, False)
                    self.assertTrue(one.process.wait_for("pong_timeout"), log(one))
                    self.assertTrue(one.process.wait_for("again in"), log(one))
                    set_link(control, True)
                    self.assertTrue(one.process.wait_for("open", 40), log(one))
                    self.assertTrue(one.process.wait_for("command"), log(one))

    def test_a_thousand_connections_leave_nothing_behind(self):
        """The firmware itself compares the memory in use with what it was at the start."""
        with peer("ws", False) as port:
            with firmware("lm3s6965evb", "echo", [f"url={url('lm3s6965evb', port)}", "count=1", "connections=1000"]) as one:
                self.assertTrue(one.verdict(120), log(one))
                self.assertIn("1000 connections, 1000 messages echoed", "\n".join(one.text))
                self.assertTrue(any("memory in use: as at the start" in line for line in one.text), log(one))

    def test_a_name_is_looked_up(self):
        with NameServer({b"device.example": "192.0.2.2"}), peer("websockets", False) as port:
            for board in BOARDS:
                with self.subTest(board), firmware(board, "echo", [f"url={url(board, port, host='device.example')}"]) as one:
                    self.assertTrue(one.verdict(), log(one))

    def test_a_name_that_does_not_exist(self):
        with NameServer({}):
            with firmware("mps2-an385", "echo", ["url=ws://nowhere.example/"]) as one:
                self.assertFalse(one.verdict())
                self.assertIn("name_not_found", "\n".join(one.text))

    def test_an_address_by_dhcp(self):
        with peer("websockets", False) as port:
            with firmware("mps2-an385", "echo", [f"url={url('mps2-an385', port)}", "dhcp=1"]) as one:
                self.assertTrue(one.verdict(), log(one))

    def test_nobody_gives_an_address(self):
        with firmware("mps2-an385", "echo", ["dhcp=1"], network=False) as one:
            for _ in range(2):
                self.assertTrue(one.process.wait_for("still no address by DHCP"), log(one))

    def test_no_network_interface(self):
        with firmware("riscv32-virt", "echo", [], network=False) as one:
            self.assertFalse(one.verdict(10))
            self.assertIn("the network interface does not answer", one.text)
            self.assertIn("VERDICT failed", one.text)

    def test_a_failure_is_a_failure(self):
        """Nobody listens: the verdict, the status and the cause say so."""
        for board in BOARDS:
            with self.subTest(board), firmware(board, "echo", [f"url={url(board, 1)}"]) as one:
                self.assertFalse(one.verdict())
                self.assertEqual(one.process.child.returncode, 1)
                self.assertIn("VERDICT failed", one.text)
                self.assertIn("connection_refused", "\n".join(one.text))

    def test_an_untrusted_server_is_not_talked_to(self):
        """A certificate of the right authority, for another name or another address."""
        others = tls_context("board")  # 192.0.2.15, which is not 192.0.2.2
        with PythonServer(stop_soon, ssl=tls_context()) as server, NameServer({b"other.example": "192.0.2.2"}):
            for board in BOARDS:
                with self.subTest(board):
                    self.refuses(board, f"wss://other.example:{server.port}/")
        with PythonServer(stop_soon, ssl=others) as server:
            for board in BOARDS:
                with self.subTest(board):
                    self.refuses(board, url(board, server.port, True))

    def refuses(self, board, where):
        with firmware(board, "echo", [f"url={where}"], tls=True) as one:
            self.assertFalse(one.verdict())
            self.assertIn("tls_wrong_host", "\n".join(one.text))

    def test_idle_firmware_sleeps(self):
        """A connection with nothing to say: the emulated core stands still, and with it the host's."""
        for board in BOARDS:
            with self.subTest(board), PythonServer(silent) as server:
                with firmware(board, "telemetry", [f"url={url(board, server.port)}", "interval=600000"]) as one:
                    self.assertTrue(one.process.wait_for("open"), log(one))
                    time.sleep(0.5)
                    before = cpu_seconds(one.process.child.pid)
                    time.sleep(4)
                    used = cpu_seconds(one.process.child.pid) - before
                    self.assertLess(used / 4, 0.1, f"{board} took {used / 4:.1%} of a core")


async def chatter(link, *_):
    with contextlib.suppress(websockets.ConnectionClosed):  # links die here
        async for _reading in link:
            await link.send("yes")


async def silent(link, *_):
    await link.wait_closed()


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def set_link(control, up):
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(10)
        assert wait_for(lambda: not monitor.connect_ex(control))
        lines = monitor.makefile("rw")
        lines.readline()
        for command in ({"execute": "qmp_capabilities"}, {"execute": "set_link", "arguments": {"name": "n0", "up": up}}):
            lines.write(json.dumps(command) + "\n")
            lines.flush()
            answer = json.loads(lines.readline())
            while "event" in answer:
                answer = json.loads(lines.readline())
            assert "return" in answer, answer


class Forwarder:
    """Passes a port on to another, so that a server can come up where an older one was."""

    def __init__(self, port, to):
        self.port, self.to, self.open = port, to, []

    def __enter__(self):
        assert wait_for(self.listen, 30), f"port {self.port} does not become free"
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def listen(self):
        try:
            self.listener = socket.create_server(("127.0.0.1", self.port))
        except OSError:
            return False
        return True

    def serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            self.open += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __exit__(self, *_):
        self.listener.close()
        for each in self.open:
            each.close()


class NameServer:
    """DNS for IPv4 at port 53 of this network, where nobody else is."""

    def __init__(self, names):
        self.names = names

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        while True:
            try:
                question, sender = self.socket.recvfrom(512)
            except OSError:
                return
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]])
                at += question[at] + 1
            address = self.names.get(b".".join(labels))
            answer = question[:2] + (b"\x81\x80\0\1\0\1\0\0\0\0" if address else b"\x81\x83\0\1\0\0\0\0\0\0") + question[12:at + 5]
            if address:
                answer += b"\xC0\x0C\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address)
            self.socket.sendto(answer, sender)

    def __exit__(self, *_):
        self.socket.close()
