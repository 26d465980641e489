"""echo_server against clients that we did not write, and against raw ones that break the rules."""
import asyncio
import os
import signal
import struct
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import websockets
from websockets.frames import Close

from harness import close_body, connect, echo_server, frame, node, wait_for


def talk(url, coroutine, **options):
    async def main():
        async with websockets.connect(url, max_size=None, **options) as connection:
            return await coroutine(connection)

    return asyncio.run(asyncio.wait_for(main(), 60))


def resident_kilobytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


class WithPythonWebsockets(unittest.TestCase):
    def test_echo(self):
        async def session(connection):
            for message in ("héllo", "", b"", b"\0\xff", os.urandom(16 * 1024 * 1024)):
                await connection.send(message)
                self.assertEqual(await connection.recv(), message)
            await connection.send(["in ", "several ", "fragments"])
            self.assertEqual(await connection.recv(), "in several fragments")
            await (await connection.ping(b"?" * 125))
            return True

        with echo_server() as server:
            self.assertTrue(talk(server.url, session))

    def test_hundred_thousand_small(self):
        count = 100000

        async def session(connection):
            async def send():
                for i in range(count):
                    await connection.send(str(i))

            sending = asyncio.create_task(send())
            for i in range(count):
                self.assertEqual(await connection.recv(), str(i))
            await sending

        with echo_server() as server:
            talk(server.url, session, compression=None)

    def test_subprotocol(self):
        # SRV-12: our order of preference; none in common; none offered.
        async def which(connection):
            return connection.subprotocol

        with echo_server("--subprotocol", "one", "--subprotocol", "two") as server:
            self.assertEqual(talk(server.url, which, subprotocols=["two", "one"]), "one")
            self.assertIsNone(talk(server.url, which, subprotocols=["three"]))
            self.assertIsNone(talk(server.url, which))

    def test_several_at_once_and_too_many(self):
        # SRV-21: one too many is told so, with Retry-After.
        async def main(url):
            links = [await websockets.connect(url) for _ in range(3)]
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                await websockets.connect(url)
            self.assertEqual(refused.exception.status_code, 503)
            self.assertIn("Retry-After", refused.exception.headers)
            for i, link in enumerate(links):
                await link.send(str(i))
            answers = [await link.recv() for link in links]
            for link in links:
                await link.close()
            again = await websockets.connect(url)
            await again.close()
            return answers

        with echo_server("--max-connections", 3) as server:
            self.assertEqual(asyncio.run(main(server.url)), ["0", "1", "2"])

    def test_end_by_signal(self):
        # CLS-04: everybody is told 1001, and the server ends with 0.
        for number in (signal.SIGTERM, signal.SIGINT):
            with echo_server() as server:
                async def session(connection):
                    server.send_signal(number)
                    await connection.wait_closed()
                    return connection.close_code

                begun = time.monotonic()
                self.assertEqual(talk(server.url, session), 1001)
                self.assertEqual(server.wait(10), 0)
                self.assertLess(time.monotonic() - begun, 2)  # it does not wait for nobody

    def test_every_close_code(self):
        # CLS-06: what a client may send is answered with the same code, without its reason.
        async def main(url):
            for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
                async with websockets.connect(url) as connection:
                    await connection.close(code, "my reason")
                    self.assertEqual((connection.close_sent.code, connection.close_rcvd), (code, Close(code, "")))

        with echo_server() as server:
            asyncio.run(asyncio.wait_for(main(server.url), 60))

    def test_constant_memory(self):
        # LIM-06: a large message does not make the server larger.
        async def session(connection):
            await connection.send("warm")
            await connection.recv()
            before = resident_kilobytes(server.pid)
            data = os.urandom(64 * 1024 * 1024)
            await connection.send(data)
            self.assertEqual(await connection.recv(), data)
            return resident_kilobytes(server.pid) - before

        with echo_server() as server:
            self.assertLess(talk(server.url, session, compression=None), 512)


class WithNpmWs(unittest.TestCase):
    def test_client(self):
        # SRV-13: permessage-deflate is offered and declined.
        with echo_server("--subprotocol", "v1") as server, node("client.js", server.url, "v1") as client:
            self.assertEqual(client.url, "ok")


class Raw(unittest.TestCase):
    def test_refused_requests(self):
        # SRV-02, SRV-04, SRV-06, SRV-07, SRV-08, SRV-17
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        version = "Sec-WebSocket-Version: 13\r\n"
        host = "Host: h\r\n"
        cases = [
            ("POST / HTTP/1.1\r\n" + host + upgrade + key + version, 405),
            ("GET / HTTP/1.1\r\n" + upgrade + key + version, 400),
            ("GET / HTTP/1.1\r\n" + host + upgrade + version, 400),
            ("GET / HTTP/1.1\r\n" + host + upgrade + "Sec-WebSocket-Key: short\r\n" + version, 400),
            ("GET / HTTP/1.1\r\n" + host + upgrade + key + "Sec-WebSocket-Version: 8\r\n", 426),
            ("GET / HTTP/1.1\r\n" + host + upgrade + key, 426),
            ("GET / HTTP/1.1\r\n" + host + upgrade + key + version + "Content-Length: 5\r\n", 400),
            ("GET /nope HTTP/1.1\r\n" + host, 404),
            ("GET / HTTP/1.1\r\n" + host, 200),
            ("nonsense\r\n", 400),
            ("\x16\x03\x01\x02\r\n", 400),
            ("GET /" + "x" * 9000 + " HTTP/1.1\r\n" + host + upgrade + key + version, 414),
        ]
        with echo_server() as server:
            for request, status in cases:
                peer = connect(server.port)
                peer.send(request.encode() + b"\r\n")
                head = peer.read_until(b"\r\n\r\n")
                self.assertEqual(head.split(" ")[1], str(status), request[:60])
                self.assertIn("close", head.lower())
                if status == 426:
                    self.assertIn("Sec-WebSocket-Version: 13", head)
                if status == 405:
                    self.assertIn("Allow: GET", head)
                peer.socket.close()

    def test_violations(self):
        # MSK-07: an unmasked frame; and the answer to a masked ping is clear (MSK-08).
        with echo_server() as server:
            peer = connect(server.port)
            self.assertIn("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", peer.open())
            peer.send(frame(9, b"clear?", mask=b"\x01\x02\x03\x04"))
            self.assertEqual(peer.read_frame(), (0x8A, False, b"clear?"))
            peer.send(frame(1, b"x"))
            self.assertEqual(peer.read_frame(), (0x88, False, b"\x03\xea"))
            self.assertEqual(peer.socket.recv(10), b"")
            peer.socket.close()

    def test_frames_behind_the_request(self):
        # SRV-20, FRG-06: kept; and a ping between fragments is answered before the message ends.
        with echo_server() as server:
            peer = connect(server.port)
            head = peer.open()
            self.assertTrue(head.startswith("HTTP/1.1 101"))
            mask = b"abcd"
            peer.send(frame(1, b"one ", fin=False, mask=mask) + frame(9, b"!", mask=mask))
            seen = [peer.read_frame(), peer.read_frame()]
            self.assertIn((0x8A, False, b"!"), seen)
            peer.send(frame(0, b"two", mask=mask) + frame(8, b"\x0f\xa0bye", mask=mask))
            rest = b""
            while True:
                first, _, payload = peer.read_frame()
                if first & 15 == 8:
                    break
                rest += payload
            peer.socket.close()
            self.assertEqual(rest, b"two")
            self.assertEqual(payload, b"\x0f\xa0")

    def test_end_within_an_echo(self):
        # CLS-04: a frame that is half echoed is finished first, and 1001 follows it.
        size, begun = 1000000, 50000
        with echo_server() as server:
            peer = connect(server.port)
            peer.open()
            peer.send(b"\x82\xff" + struct.pack(">Q", size) + bytes(4) + b"x" * begun)
            while len(peer.buffer) < begun:  # the echo is under way
                peer.buffer += peer.socket.recv(65536)
            server.terminate()
            time.sleep(0.3)
            peer.send(b"x" * (size - begun))
            self.assertEqual(peer.read_frame(), (0x82, False, b"x" * size))
            first, _, payload = peer.read_frame()
            self.assertEqual((first, payload), (0x88, close_body(1001, b"the server goes away")))
            peer.send(frame(8, payload, mask=b"abcd"))
            peer.socket.close()
            self.assertEqual(server.wait(10), 0)

    def test_end_within_an_echo_that_never_ends(self):
        # Who does not send the rest is waited for no longer than anybody else.
        with echo_server() as server:
            peer = connect(server.port)
            peer.open()
            peer.send(b"\x82\xfe" + struct.pack(">H", 1000) + bytes(4) + b"x" * 10)
            peer.read(10)
            server.terminate()
            begun = time.monotonic()
            self.assertEqual(server.wait(10), 0)
            self.assertLess(time.monotonic() - begun, 5)
            peer.socket.close()

    def test_page(self):
        with echo_server() as server:
            url = server.url.replace("ws:", "http:")
            with urllib.request.urlopen(url + "/", timeout=10) as page:
                self.assertIn("text/html", page.headers["Content-Type"])
                self.assertIn(b"new WebSocket", page.read())
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(url + "/other", timeout=10)

    def test_usage(self):
        from harness import BUILD
        for args in (["--port"], ["--port", "x"], ["--what"]):
            run = subprocess.run([BUILD / "examples/echo_server", *args], capture_output=True, timeout=10)
            self.assertEqual(run.returncode, 2)


class Idle(unittest.TestCase):
    def test_no_work_while_idle(self):
        # TMR-06: an idle server sleeps.
        async def session(connection):
            await connection.send("x")
            await connection.recv()

            def ticks():
                with open(f"/proc/{server.pid}/stat", encoding="ascii") as file:
                    fields = file.read().split()
                return int(fields[13]) + int(fields[14])

            before = ticks()
            time.sleep(1.5)
            return ticks() - before

        with echo_server() as server:
            self.assertLessEqual(talk(server.url, session), 2)
            self.assertTrue(wait_for(lambda: server.poll() is None))
