"""Every example on every board, ws and wss, with peers that we did not write and ours."""
import asyncio
import contextlib
import re
import socket
import ssl
import struct
import unittest
import urllib.request
from pathlib import Path

import emulate
import websockets
from bench import BUILD, CERTIFICATES, KEY, SERVER, firmware, log, peer, tls_context, url
from test_autobahn_driver import FuzzingServer
from harness import PythonServer, connect, echo_server, frame, node, wait_for

PEERS = ("ws", "websockets", "echo_server")
READINGS = [f'{{"reading":{i}}}' for i in range(20)]


class Examples(unittest.TestCase):
    def passes(self, board, example, arguments, tls=False):
        with firmware(board, example, arguments, tls) as one:
            self.assertTrue(one.verdict(), log(one))
            return one.text

    def telemetry_with_ws(self, board, tls):
        """Readings come, commands are obeyed."""
        script = Path(__file__).with_name("telemetry.js")
        with node(script, *([SERVER, KEY] if tls else [])) as server:
            port = server.url.rsplit(":", 1)[1]
            self.passes(board, "telemetry", [f"url={url(board, port, tls)}", "interval=500"], tls)
            readings = [server.stdout.readline().decode().strip() for _ in range(20)]
        self.assertEqual(readings, READINGS)

    def telemetry_with_echo_server(self, board, tls):
        """Each reading comes back, as a command that there is none of, and the server's end is told."""
        with echo_server(*(["--cert", SERVER, "--key", KEY] if tls else [])) as server:
            with firmware(board, "telemetry", [f"url={url(board, server.port, tls)}", "interval=20"], tls) as one:
                for _ in READINGS:  # those before the link may be dropped
                    self.assertTrue(one.process.wait_for('command: {"reading":'), log(one))
                server.terminate()
                self.assertTrue(one.process.wait_for("closed with 1001"), log(one))
                self.assertTrue(one.process.wait_for("again in"), log(one))

    def telemetry_with_websockets(self, board, tls):
        readings = []

        async def serve(link, *_):
            async for reading in link:
                readings.append(reading)
                if len(readings) == 1:
                    await link.send("interval 20")
                if len(readings) == 20:
                    await link.send("stop")

        with PythonServer(serve, **({"ssl": tls_context()} if tls else {})) as server:
            text = self.passes(board, "telemetry", [f"url={url(board, server.port, tls)}", "interval=500"], tls)
        self.assertEqual(readings[:20], READINGS)
        self.assertIn("closed with 1000", text)

    def hello(self, board, name, build=None):
        """Its URL is part of the image."""
        with peer(name, False, port=9001):
            one = emulate.Firmware(board, emulate.image_of(BUILD, build or board, "hello"), [])
            try:
                self.assertTrue(one.verdict(), log(one))
            finally:
                one.stop()
            self.assertIn("hello from a board", one.text)

    def test_hello_with_an_engine_of_the_clients_role(self):
        self.hello("lm3s6965evb", "websockets", "lm3s6965evb-client")

    def in_c(self, board, name):
        """The C interface: the server is not there at first."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with firmware(board, "c_client", [f"url={url(board, port)}", "text=good-morning"]) as one:
            self.assertTrue(one.process.wait_for("connection_refused"), log(one))
            self.assertTrue(one.process.wait_for("again in"), log(one))
            with peer(name, False, port=port):
                self.assertTrue(one.verdict(), log(one))
            self.assertIn("< good-morning", one.text)
            self.assertIn("closed with 1000", one.text)

    def autobahn(self, board):
        """The driver of the Autobahn suite, with cases of our own."""
        with FuzzingServer(20000) as server:
            image = BUILD / board / "tests/firmware/autobahn_client.elf"
            one = emulate.Firmware(board, image, [f"url={url(board, server.port).rstrip('/')}", "agent=whit"])
            try:
                self.assertTrue(one.verdict(), log(one))
            finally:
                one.stop()
        server.judge(self)

    def vectors(self, board):
        """The protocol vectors of the unit tests, on the board's own core."""
        one = emulate.Firmware(board, BUILD / board / "tests/firmware/vectors.elf", [])
        try:
            self.assertTrue(one.verdict(120), log(one))
        finally:
            one.stop()
        count, plays, wrong = map(int, re.search(r"(\d+) vectors in (\d+) ways, (\d+) wrong", "\n".join(one.text)).groups())
        self.assertGreater(count, 300)
        self.assertGreater(plays, 10 * count)
        self.assertEqual(wrong, 0)

    def server(self, board):
        """The page, then messages of a client that was written for the tests; ports outside and on the board."""
        port = 8080
        with firmware(board, "server", [f"port={port if board == 'host' else 80}"], forward=(port, 80)) as one:
            self.assertTrue(one.process.wait_for("server on"), log(one))
            page = wait_for_page(port)
            self.assertIn("<title>A board with whit</title>", page)
            self.assertTrue(page.rstrip().endswith("</script>"))
            link = connect(port)
            self.assertIn("101", link.open().split("\r\n")[0])
            for text in (b"Hello, board!", b"x" * 128, b""):
                link.send(frame(1, text, mask=b"abcd"))
                self.assertEqual(link.read_frame(), (0x81, False, text))
            link.send(frame(1, b"y" * 129, mask=b"abcd"))  # one more than it has room for
            self.assertEqual(link.read_frame()[2][:2], (1009).to_bytes(2, "big"))
            link.socket.close()
            link = connect(port)
            self.assertIn("101", link.open().split("\r\n")[0])
            link.send(frame(1, b"stop", mask=b"abcd"))
            self.assertEqual(link.read_frame()[0], 0x88)
            link.send(frame(8, (1001).to_bytes(2, "big"), mask=b"abcd"))
            link.socket.close()
            self.assertTrue(one.verdict(), log(one))

    def server_tls(self, board):
        """The same by https and wss, for clients that verify the board; it outlives those that leave amid a handshake."""
        port, trusting = 8443, ssl.create_default_context(cafile=CERTIFICATES / "authority.pem")
        with firmware(board, "server", [f"port={port if board == 'host' else 443}"], tls=True, forward=(port, 443)) as one:
            self.assertTrue(one.process.wait_for("https, port"), log(one))
            self.assertIn("<title>A board with whit</title>", wait_for_page(port, trusting))
            self.assertEqual(echoes(port, trusting, "Hello, board!", b"x" * 128, ""), 1000)
            for part in (1, 100, None):
                leave_amid_handshake(port, part)
            with self.assertRaises(ssl.SSLCertVerificationError):
                echoes(port, ssl.create_default_context(), "never sent")
            self.assertEqual(echoes(port, trusting, "again", "and again"), 1000)
            self.assertTrue(wait_for_page(port, trusting).rstrip().endswith("</script>"))
            self.assertEqual(echoes(port, trusting, stop=True), 1001)
            self.assertTrue(one.verdict(), log(one))
        self.assertEqual(len([line for line in one.text if line == "open"]), 3, log(one))


def echoes(port, trust, *messages, stop=False):
    """Sends messages, compares what comes back, and returns the code of the end. A board that still has others waiting resets
    who comes, so it tries again."""
    codes = []

    def once():
        with contextlib.suppress(ConnectionResetError):
            codes.append(asyncio.run(echo_once(port, trust, messages, stop)))
        return codes

    assert wait_for(once, 20), "always reset"
    return codes[0]


async def echo_once(port, trust, messages, stop):
    async with websockets.connect(f"wss://127.0.0.1:{port}/", ssl=trust, open_timeout=20) as link:
        for message in messages:
            await link.send(message)
            answer = await asyncio.wait_for(link.recv(), 20)
            assert answer == message, (message, answer)
        if stop:
            await link.send("stop")
            await asyncio.wait_for(link.wait_closed(), 20)
    return link.close_code


def leave_amid_handshake(port, part):
    """Sends so much of a ClientHello, or all of it to see the answer begin, and is gone."""
    sent = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(sent.read()[:part])
        if part is None:
            assert link.recv(1) == b"\x16", "no ServerHello"
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset


def wait_for_page(port, trust=None):
    pages = []

    def ask():
        try:
            with urllib.request.urlopen(f"http{'s' if trust else ''}://127.0.0.1:{port}/", timeout=5, context=trust) as answer:
                pages.append(answer.read().decode())
        except OSError:  # not ready yet
            return False
        return True

    assert wait_for(ask, 20), "no page"
    return pages[0]


def add(name, test):
    setattr(Examples, f"test_{name}".replace("-", "_"), test)


for board in emulate.BOARDS:
    if board != "host":
        add(f"vectors_on_{board}", lambda self, board=board: self.vectors(board))
        add(f"autobahn_driver_on_{board}", lambda self, board=board: self.autobahn(board))
    for name in PEERS:
        add(f"c_client_on_{board}_with_{name}", lambda self, board=board, name=name: self.in_c(board, name))
        add(f"hello_on_{board}_with_{name}", lambda self, board=board, name=name: self.hello(board, name))
    add(f"server_tls_on_{board}", lambda self, board=board: self.server_tls(board))
    add(f"server_on_{board}", lambda self, board=board: self.server(board))
    for tls in (False, True):
        kind = "wss" if tls else "ws"
        for name in PEERS:
            def telemetry(self, board=board, tls=tls, name=name):
                getattr(self, f"telemetry_with_{name}")(board, tls)

            def echo(self, board=board, tls=tls, name=name):
                with peer(name, tls) as port:
                    text = self.passes(board, "echo", [f"url={url(board, port, tls)}", "count=30", "connections=3"], tls)
                self.assertIn("3 connections, 90 messages echoed", "\n".join(text))

            def upload(self, board=board, tls=tls, name=name):
                with peer(name, tls) as port:
                    self.passes(board, "upload", [f"url={url(board, port, tls)}", "size=60000"], tls)

            add(f"telemetry_{kind}_on_{board}_with_{name}", telemetry)
            add(f"echo_{kind}_on_{board}_with_{name}", echo)
            add(f"upload_{kind}_on_{board}_with_{name}", upload)
