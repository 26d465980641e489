"""wscat against servers that we did not write: Python websockets and npm ws."""
import os
import unittest

from harness import PythonServer, close_body, echo, echo_server, node, temporary_file, wscat


class WithPythonWebsockets(unittest.TestCase):
    def test_echo(self):
        with PythonServer(echo) as server:
            result = wscat("--text", "héllo", "--text", "", "--text", "🙂 \\ \" \x01", server.url, stdin=b"from stdin\n\nlast")
        self.assertEqual(result.texts, ["héllo", "", "🙂 \\ \" \x01", "from stdin", "", "last"])
        self.assertEqual(result.close, {"event": "close", "code": 1000, "reason": "", "wasClean": True})
        self.assertEqual(result.events[0]["url"], server.url)
        self.assertEqual(result.status, 0)

    def test_large_both_ways(self):
        # LIM-01, FRM-02: 16 MiB each way, beside 2^16 +- 1.
        for size in (65535, 65536, 16 * 1024 * 1024):
            data = os.urandom(size)
            with PythonServer(echo) as server, temporary_file(data) as file:
                result = wscat("--max-message", 20000000, "--binary", file.name, server.url)
            self.assertEqual(result.binaries, [data])
            self.assertEqual(result.status, 0)

    def test_hundred_thousand_small(self):
        count = 100000
        lines = b"".join(b"line %d\n" % i for i in range(count))
        with PythonServer(echo) as server:
            result = wscat(server.url, stdin=lines, timeout=120)
        self.assertEqual(result.texts, [f"line {i}" for i in range(count)])
        self.assertEqual(result.status, 0)

    def test_subprotocols(self):
        # NEG-01, NEG-03, NEG-05: agreed, and offered but not answered.
        with PythonServer(echo, subprotocols=["b", "a"]) as server:
            self.assertEqual(wscat("--subprotocol", "a", server.url).of("open")[0]["protocol"], "a")
        with PythonServer(echo) as server:
            self.assertEqual(wscat("--subprotocol", "a", server.url).of("open")[0]["protocol"], "")

    def test_request_fields(self):
        # REQ-07, REQ-08: what the caller gives arrives, and nothing else is invented.
        seen = {}

        async def look(connection, *_):
            seen.update(connection.request_headers)
            await connection.close()

        with PythonServer(look) as server:
            wscat("--header", "X-One: 1", "--header", "Cookie: a=b", "--origin", "https://o.example", "--user", "me:se:cret",
                  server.url)
        self.assertEqual(seen["x-one"], "1")
        self.assertEqual(seen["cookie"], "a=b")
        self.assertEqual(seen["origin"], "https://o.example")
        self.assertEqual(seen["authorization"], "Basic bWU6c2U6Y3JldA==")
        seen.clear()
        with PythonServer(look) as server:
            wscat("--bearer", "t" * 3000, server.url)
        self.assertEqual(seen["authorization"], "Bearer " + "t" * 3000)
        self.assertNotIn("origin", seen)

    def test_every_close_code(self):
        # CLS-02, CLS-06, CLS-14, API-14: the peer's code and reason are reported.
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
            async def close(connection, *_):
                connection.transport.write(b"\x88" + bytes([5]) + close_body(code, b"why"))
                await connection.wait_closed()

            with PythonServer(close) as server:
                result = wscat(server.url, hold_stdin=True)
            self.assertEqual(result.close, {"event": "close", "code": code, "reason": "why", "wasClean": True})
            self.assertEqual(result.status, 0 if code in (1000, 1001) else 3, code)

    def test_our_close_code_is_seen(self):
        seen = []

        async def look(connection, *_):
            await connection.wait_closed()
            seen.append((connection.close_code, connection.close_reason))

        with PythonServer(look) as server:
            result = wscat("--close-code", 4321, "--close-reason", "gøod bye", server.url)
        self.assertEqual(seen, [(4321, "gøod bye")])
        self.assertEqual(result.close["code"], 4321)
        self.assertEqual(result.status, 3)

    def test_close_after_and_idle_input(self):
        # An idle open input does not close; --close-after does.
        async def talk(connection, *_):
            for i in range(5):
                await connection.send(str(i))
            await connection.wait_closed()

        with PythonServer(talk) as server:
            result = wscat("--close-after", 3, server.url, hold_stdin=True)
        self.assertEqual(result.texts, ["0", "1", "2"])
        self.assertEqual(result.status, 0)

    def test_pings(self):
        # KAL-01, KAL-03, CTL-04: ours are answered, theirs too.
        async def ping(connection, *_):
            await (await connection.ping(b"x" * 125))
            await connection.send("answered")
            await connection.wait_closed()

        with PythonServer(ping, ping_interval=None) as server:
            result = wscat("--close-after", 1, server.url, hold_stdin=True)
            self.assertEqual(result.texts, ["answered"])

        async def silent(connection, *_):
            try:
                await connection.recv()
            finally:
                await connection.close()

        import threading
        with PythonServer(silent, ping_interval=None) as server:
            closer = threading.Timer(1.0, lambda: server.loop.call_soon_threadsafe(server.stopped.set))
            closer.start()
            result = wscat("--ping-interval", 100, server.url, hold_stdin=True)
        self.assertGreaterEqual(len(result.of("pong")), 3)
        self.assertTrue(all(event["rttMs"] < 1000 for event in result.of("pong")))


class WithNpmWs(unittest.TestCase):
    def test_echo_and_subprotocol(self):
        data = os.urandom(3 * 1024 * 1024)
        with node("server.js") as server, temporary_file(data) as file:
            result = wscat("--subprotocol", "v1", "--subprotocol", "v2", "--max-message", 1 << 22, "--text", "één",
                           "--binary", file.name, "--text", "drie", server.url + "/echo")
        self.assertEqual(result.of("open")[0]["protocol"], "v2")
        self.assertEqual(result.texts, ["één", "drie"])
        self.assertEqual(result.binaries, [data])
        self.assertEqual(result.status, 0)

    def test_pings_under_load(self):
        # CTL-05, CTL-06: every ping is answered, in order.
        with node("server.js") as server:
            result = wscat("--close-after", 51, server.url + "/burst", hold_stdin=True)
        self.assertEqual(result.texts, [",".join(f"p{i}" for i in range(50))])
        self.assertEqual(len(result.binaries), 50)

    def test_fragments(self):
        # FRG-01, FRG-02
        with node("server.js") as server:
            result = wscat("--close-after", 1, server.url + "/fragments", hold_stdin=True)
        self.assertEqual(result.texts, ["".join(f"part{i} " for i in range(100)) + "end"])

    def test_close_codes(self):
        with node("server.js") as server:
            for code in (1000, 1001, 1008, 1011, 3000, 4999):
                result = wscat(server.url + f"/close?{code}", hold_stdin=True)
                self.assertEqual((result.close["code"], result.close["reason"]), (code, "as asked"))
                self.assertTrue(result.close["wasClean"])

    def test_hundred_thousand_small(self):
        count = 100000
        with node("server.js") as server:
            result = wscat(server.url, stdin=b"".join(b"%d\n" % i for i in range(count)), timeout=120)
        self.assertEqual(result.texts, [str(i) for i in range(count)])


class WithOurServer(unittest.TestCase):
    def test_echo(self):
        with echo_server("--subprotocol", "chat") as server:
            result = wscat("--subprotocol", "chat", "--text", "hi", server.url + "/x?y")
        self.assertEqual(result.texts, ["hi"])
        self.assertEqual(result.of("open")[0]["protocol"], "chat")
