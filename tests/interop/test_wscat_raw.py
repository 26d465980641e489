"""wscat against what real servers rarely do: refusals, violations, stalls, lost links."""
import socket
import struct
import threading
import time
import unittest

from harness import RawServer, close_body, echo_server, frame, temporary_file, wscat


def refusing(head, body=b"", wait=0.0):
    def script(peer):
        peer.read_until(b"\r\n\r\n")
        peer.send(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        time.sleep(wait)

    return script


class Refusals(unittest.TestCase):
    def test_status_and_details(self):
        # RSP-01, RSP-09, HTP-17: reported with status, details and the start of the body.
        cases = {
            401: ("WWW-Authenticate: Basic realm=\"x\"\nContent-Length: 6\n", b"denied", "wwwAuthenticate", "Basic realm=\"x\""),
            403: ("Content-Length: 6\n", b"denied", None, None),
            404: ("Transfer-Encoding: chunked\n", b"3\r\nden\r\n3\r\nied\r\n0\r\n\r\n", None, None),
            429: ("Retry-After: 120\nContent-Length: 6\n", b"denied", "retryAfter", "120"),
            503: ("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\n", b"denied", "retryAfter", "Wed, 21 Oct 2026 07:28:00 GMT"),
        }
        for status, (fields, body, name, value) in cases.items():
            with RawServer(refusing(f"HTTP/1.1 {status} No\n{fields}", body)) as server:
                result = wscat(server.url)
            self.assertEqual((result.error["error"], result.error["category"]), ("bad_status", "handshake"))
            self.assertEqual(result.error["status"], status)
            self.assertEqual(result.error["body"], "denied")
            if name:
                self.assertEqual(result.error[name], value)
            self.assertEqual(result.close["code"], 1006)
            self.assertFalse(result.close["wasClean"])
            self.assertEqual(result.status, 1)

    def test_redirects_are_reported(self):
        # RSP-07
        for status in (301, 302, 303, 307, 308):
            with RawServer(refusing(f"HTTP/1.1 {status} Moved\nLocation: ws://other.example/\nContent-Length: 0\n")) as server:
                result = wscat(server.url)
            self.assertEqual((result.error["status"], result.error["location"]), (status, "ws://other.example/"))
            self.assertEqual(result.status, 1)

    def test_bad_answers(self):
        # RSP-02, RSP-03, RSP-05, RSP-13: each its own error, and no frame is sent.
        good = {"Upgrade": "websocket", "Connection": "Upgrade"}
        for change, error in (({"Upgrade": "h2c"}, "bad_upgrade"), ({"Connection": "close"}, "bad_connection"),
                              ({"Sec-WebSocket-Accept": "wrong"}, "bad_accept")):
            rest = []

            def script(peer):
                peer.read_until(b"\r\n\r\n")
                lines = "".join(f"{name}: {value}\r\n" for name, value in {**good, **change}.items())
                peer.send(f"HTTP/1.1 101 x\r\n{lines}\r\n".encode())
                rest.append(peer.socket.recv(100))

            with RawServer(script) as server:
                result = wscat(server.url)
            self.assertEqual(result.error["error"], error)
            self.assertEqual(rest, [b""])

    def test_unoffered_subprotocol(self):
        # NEG-03
        def script(peer):
            from harness import accept_value
            head = peer.read_until(b"\r\n\r\n")
            key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
            peer.send(f"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                      f"{accept_value(key)}\r\nSec-WebSocket-Protocol: other\r\n\r\n".encode())

        with RawServer(script) as server:
            self.assertEqual(wscat("--subprotocol", "mine", server.url).error["error"], "bad_subprotocol")

    def test_silence_and_dripping(self):
        # TMR-01, TMR-02: slow bytes do not extend the deadline.
        with RawServer(lambda peer: time.sleep(1.5)) as server:
            started = time.monotonic()
            result = wscat("--timeout", 400, server.url)
            self.assertLess(time.monotonic() - started, 1.3)
        self.assertIn(result.error["error"], ("handshake_timeout", "connect_timeout"))
        self.assertEqual((result.error["category"], result.status), ("timeout", 1))

        def drip(peer):
            peer.send(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
            for _ in range(20):
                time.sleep(0.1)
                peer.send(b"x")

        with RawServer(drip) as server:
            result = wscat("--timeout", 500, server.url)
        self.assertEqual(result.error["category"], "timeout")


class Links(unittest.TestCase):
    def test_frames_behind_the_101(self):
        # HTP-12, RSP-12
        with RawServer(lambda peer: (peer.accept(frame(1, b"first") + frame(1, b"second")), time.sleep(0.5))) as server:
            result = wscat("--close-after", 2, server.url, hold_stdin=True)
        self.assertEqual(result.texts, ["first", "second"])

    def test_violations(self):
        # MSK-06, FRM-04, FRM-05, FRM-07, FRM-08, FRG-03, FRG-04, CTL-01, CTL-02, UTF-01, CLS-01, CLS-03, CLS-05, FAI-02
        cases = [
            (frame(1, b"x", mask=b"abcd"), "masked_frame", 1002),
            (frame(1, b"x", rsv=4), "reserved_bits", 1002),
            (frame(3), "reserved_opcode", 1002),
            (b"\x82\x7e\x00\x05", "length_not_minimal", 1002),
            (b"\x82\x7f\xff\0\0\0\0\0\0\0", "length_overflow", 1002),
            (frame(0, b"x"), "unexpected_continuation", 1002),
            (frame(1, b"x", fin=False) + frame(1, b"y"), "expected_continuation", 1002),
            (frame(9, b"x" * 126), "control_too_long", 1002),
            (frame(9, fin=False), "control_fragmented", 1002),
            (frame(1, b"\xc0\xaf"), "bad_utf8", 1007),
            (frame(8, b"x"), "bad_close_body", 1002),
            (frame(8, close_body(1000, b"\xff")), "bad_close_reason", 1007),
        ] + [(frame(8, close_body(code)), "bad_close_code", 1002)
             for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)]
        for data, error, code in cases:
            answer = []

            def script(peer):
                peer.accept(data)
                answer.append(peer.read_frame())

            with RawServer(script) as server:
                result = wscat(server.url, hold_stdin=True)
            self.assertEqual(result.error["error"], error)
            self.assertEqual((result.close["code"], result.close["wasClean"]), (1006, False))
            self.assertEqual(answer, [(0x88, True, struct.pack(">H", code))], error)
            self.assertEqual(result.status, 3)

    def test_oversize(self):
        # LIM-01, LIM-08: closed with 1009 at the header, or skipped.
        answer = []

        def script(peer):
            peer.accept(b"\x82\x7f" + struct.pack(">Q", 1 << 40))
            answer.append(peer.read_frame())

        with RawServer(script) as server:
            result = wscat(server.url, hold_stdin=True)
        self.assertEqual((result.error["error"], answer[0][2]), ("message_too_big", struct.pack(">H", 1009)))

        def skipped(peer):
            peer.accept(frame(2, b"x" * 100000) + frame(9, b"?") + frame(1, b"fits"))
            answer.append(peer.read_frame())
            peer.read_frame()

        with RawServer(skipped) as server:
            result = wscat("--max-message", 1000, "--skip-oversize", "--close-after", 2, server.url, hold_stdin=True)
        self.assertEqual(result.of("skipped"), [{"event": "skipped", "type": "binary", "size": 100000}])
        self.assertEqual(result.texts, ["fits"])
        self.assertEqual(answer[-1], (0x8A, True, b"?"))

    def test_lost_links(self):
        # FAI-05, CLS-15: an end without Close, a reset, a killed server.
        with RawServer(lambda peer: peer.accept(frame(1, b"last words"))) as server:
            result = wscat(server.url, hold_stdin=True)
        self.assertEqual((result.texts, result.error["error"]), (["last words"], "connection_lost"))
        self.assertEqual((result.close["code"], result.status), (1006, 3))

        def reset(peer):
            peer.accept()
            time.sleep(0.1)
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.socket.close()

        with RawServer(reset) as server:
            result = wscat(server.url, hold_stdin=True)
        self.assertIn(result.error["error"], ("connection_reset", "connection_lost"))
        with echo_server() as server:
            threading.Timer(0.3, server.kill).start()
            result = wscat(server.url, hold_stdin=True)
        self.assertEqual((result.close["code"], result.close["wasClean"], result.status), (1006, False, 3))

    def test_never_opened(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        result = wscat(f"ws://127.0.0.1:{port}/")
        self.assertEqual((result.error["error"], result.status), ("connection_refused", 1))
        result = wscat("ws://no-such-host.invalid/")
        self.assertIn(result.error["error"], ("name_not_found", "name_lookup_failed"))
        self.assertNotIn("status", result.error)

    def test_peer_that_does_not_answer_close(self):
        # TMR-03: the link ends all the same.
        with RawServer(lambda peer: (peer.accept(), time.sleep(2))) as server:
            begun = time.monotonic()
            result = wscat("--close-timeout", 500, server.url)
            self.assertLess(time.monotonic() - begun, 1.5)
        self.assertEqual((result.error["error"], result.close["code"]), ("close_timeout", 1006))

    def test_peer_that_reads_slowly(self):
        # The system still holds what was sent, so that our Close arrives late. That is no failure.
        data, seen = bytes(300000), []

        def slow(peer):
            peer.accept()
            time.sleep(6)
            seen.extend(peer.read_to_close())

        with RawServer(slow) as server, temporary_file(data) as file:
            result = wscat("--binary", file.name, server.url)
        self.assertEqual(seen, [(0x82, True, data)])
        self.assertEqual((result.close["code"], result.status), (1000, 0))


class CommandLine(unittest.TestCase):
    def test_usage_errors(self):
        for args in ([], ["ftp://x/"], ["ws://h/#f"], ["ws://u@h/"], ["--close-code", "1001", "ws://h/"],
                     ["--nonsense", "ws://h/"], ["--header", "no colon", "ws://h/"], ["--header", "X: a\r\nY: b", "ws://h/"],
                     ["--text"], ["ws://h/", "ws://h/"], ["--subprotocol", "a b", "ws://h/"]):
            result = wscat(*args)
            self.assertEqual((result.status, result.events), (2, []), args)
            self.assertTrue(result.stderr)

    def test_untrusted_text_is_escaped(self):
        # CLS-18: what the peer says must not act on the terminal.
        import subprocess
        from harness import BUILD

        def script(peer):
            peer.accept(frame(1, b"\x1b[31mred\r\n\xc2\x9b") + frame(8, close_body(4000, b"\x1b]0;title\x07")))
            peer.read_frame()

        with RawServer(script) as server:
            run = subprocess.run([BUILD / "examples/wscat", server.url], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        self.assertIn(b"red", run.stdout)
        self.assertIn(b"title", run.stdout)
        self.assertFalse(set(run.stdout) & (set(range(32)) - {10}), run.stdout)
        self.assertNotIn(b"\xc2\x9b", run.stdout)

    def test_help_and_version(self):
        import subprocess
        from harness import BUILD
        for option in ("--help", "--version"):
            run = subprocess.run([BUILD / "examples/wscat", option], capture_output=True, timeout=10)
            self.assertEqual(run.returncode, 0)
            self.assertIn(b"wscat", run.stdout)
