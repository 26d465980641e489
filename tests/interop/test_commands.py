"""What persons and shells do with the two commands: output for people, terminals, signals, the end of the input."""
import asyncio
import contextlib
import os
import pty
import signal
import subprocess
import tempfile
import time
import unittest

from harness import (BUILD, PythonServer, RawServer, SlowLink, close_body, connect, echo, echo_server, frame, temporary_file,
                     wscat)


def start(*args, **options):
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([str(BUILD / "examples/wscat"), *map(str, args)], **options)


def person(*args, stdin=b""):
    """(status, standard output, standard error) without --json."""
    process = start(*args)
    out, err = process.communicate(stdin, timeout=30)
    return process.returncode, out.decode(), err.decode()


class ForAPerson(unittest.TestCase):
    def test_what_the_server_says_does_not_act_on_the_terminal(self):
        # CLS-18: reason, messages and refusals are escaped.
        nasty = "a\x1b[2J\nclosed with 1000\x07\x7f\u009b31m\r"

        def talk(peer):
            peer.accept(frame(1, nasty.encode()) + frame(8, close_body(4000, nasty.encode())))
            peer.read_frame()

        with RawServer(talk) as server:
            status, out, _ = person(server.url)
        self.assertEqual(status, 3)
        escaped = r"a\x1b[2J\x0aclosed with 1000\x07\x7f\xc2\x9b31m\x0d"
        self.assertEqual(out.split("\n")[1:], ["< " + escaped, "closed with 4000 (private use): " + escaped, ""])

    def test_refusals_say_what_to_do(self):
        def refuse(peer):
            peer.read_until(b"\r\n\r\n")
            peer.send(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 6\r\n\r\nno\x1b[2J")

        with RawServer(refuse) as server:
            status, out, err = person(server.url)
        self.assertEqual(status, 1)
        self.assertEqual(out, "closed with 1006 (Abnormal Closure), not cleanly\n")
        for words in ("401", "--user", 'Basic realm="a"', r"no\x1b[2J"):
            self.assertIn(words, err)

    def test_every_refusal_has_its_advice(self):
        for status, words in ((200, "no WebSocket"), (302, "--redirects N"), (400, "--header"), (407, "--proxy http://USER"),
                              (410, "gone"), (500, "log"), (502, "behind"), (503, "later"), (504, "behind")):
            def refuse(peer):
                peer.read_until(b"\r\n\r\n")
                peer.send(f"HTTP/1.1 {status} x\r\nLocation: /on\r\nContent-Length: 0\r\n\r\n".encode())

            with RawServer(refuse) as server:
                _, _, err = person(server.url)
            self.assertRegex(err, r"(?m)^  what to do: .*" + words)

    def test_a_redirect_that_is_not_followed(self):
        # What is given already is not recommended.
        def redirect(peer):
            peer.read_until(b"\r\n\r\n")
            peer.send(f"HTTP/1.1 302 x\r\nLocation: {server.url}\r\nContent-Length: 0\r\n\r\n".encode())

        with RawServer(redirect) as server:
            _, _, err = person("--redirects", 1, server.url)
        self.assertIn("check the location below", err)
        self.assertNotIn("not followed", err)

    def test_timeouts_name_options(self):
        with RawServer(lambda peer: time.sleep(1)) as server:
            _, _, err = person("--timeout", 300, server.url)
        self.assertIn("--timeout", err)
        self.assertNotIn("_ms", err)
        with RawServer(lambda peer: (peer.accept(), time.sleep(1))) as server:
            _, _, err = person("--close-timeout", 300, server.url)
        self.assertIn("--close-timeout", err)
        self.assertNotIn("_ms", err)

    def test_json_lines_stay_lines(self):
        nasty = "\"\\\x00\x1b\x7f\x85\u2028\u2029\r\n\t🙂"
        with RawServer(lambda peer: peer.accept(frame(1, nasty.encode()) + frame(8)) or peer.read_frame()) as server:
            result = wscat(server.url, hold_stdin=True)
        self.assertEqual(result.texts, [nasty])
        self.assertEqual((result.close["code"], result.status), (1005, 0))

    def on_a_terminal(self, *args):
        """What a person sees: standard output and standard error on one terminal."""
        ours, theirs = pty.openpty()
        process = start(*args, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # EIO: its end
            while more := os.read(ours, 65536):
                shown += more
        os.close(ours)
        self.assertEqual(process.wait(30), 0, shown)
        return shown.decode().replace("\r\n", "\n")

    def test_progress_on_a_terminal(self):
        with echo_server() as server, temporary_file(bytes(2 << 20)) as file:
            shown = self.on_a_terminal("--skip-oversize", "--binary", file.name, server.url)
            _, _, elsewhere = person("--skip-oversize", "--binary", file.name, server.url)
        self.assertRegex(shown, r"\rsent  ?\d+ % of 2\.0 MiB.*\rsent 100 % of 2\.0 MiB")
        self.assertRegex(shown, r"received 100 % of 2\.0 MiB\n< \(2097152 bytes, binary, skipped")
        self.assertEqual(elsewhere, "")

    def test_progress_of_what_comes(self):
        def talk(peer):
            size = 3 << 20
            peer.accept(frame(2, bytes(size)) + frame(2, bytes(size), fin=False) + frame(0, b"end") + frame(8))
            while peer.read_frame()[0] != 0x88:
                pass

        with RawServer(talk) as server:
            shown = self.on_a_terminal("--max-message", 4 << 20, "--text", "x", server.url)
        self.assertRegex(shown, r"\rreceived  ?\d+ % of 3\.0 MiB.*\rreceived 100 % of 3\.0 MiB\n< \(3145728 bytes")
        self.assertRegex(shown, r"\rreceived 1 MiB.*\rreceived 3 MiB\n< \(3145731 bytes")

    def test_progress_leaves_messages_their_lines(self):
        def talk(peer):
            peer.accept()
            while len(peer.buffer) < (1 << 20):
                peer.buffer += peer.socket.recv(65536)
            peer.send(frame(1, b"in between"))
            time.sleep(0.3)
            peer.read_to_close()

        with RawServer(talk) as server, temporary_file(bytes(8 << 20)) as file:
            shown = self.on_a_terminal("--binary", file.name, server.url)
        self.assertRegex(shown, r"sent .*\n< in between\n(.*\r)?sent ")


class EndOfInput(unittest.TestCase):
    def test_answers_are_waited_for(self):
        async def slow(connection, *_):
            await connection.send("welcome")
            async for message in connection:
                await asyncio.sleep(0.1)
                await connection.send(message)

        with PythonServer(slow) as server:
            self.assertEqual(wscat(server.url, stdin=b"a\nb").texts, ["welcome", "a", "b"])

    def test_slow_servers_and_slow_links(self):
        # Nothing is lost, whether the way is long, the server takes its time, or both; also behind an unasked welcome.
        for welcome in ([], ["welcome"]):
            async def slow(connection, *_):
                for text in welcome:
                    await connection.send(text)
                async for message in connection:
                    await asyncio.sleep(0.6)
                    await connection.send(message)

            with PythonServer(slow) as server:
                with SlowLink(server.port, 0.25) as link:
                    result = wscat("--text", "hi", link.url)
                self.assertEqual((result.texts, result.of("pong"), result.status), ([*welcome, "hi"], [], 0))
                if not welcome:
                    self.assertEqual(wscat("--text", "hi", server.url).texts, ["hi"])

    def test_servers_without_pongs(self):
        # They get no ping, if it is said so.
        seen = []

        def deaf(peer):
            peer.accept()
            seen.extend([peer.read_frame(), peer.read_frame()])
            peer.send(frame(8, seen[1][2]))

        with RawServer(deaf) as server:
            self.assertEqual(wscat("--ping-interval", 0, "--text", "hi", server.url).status, 0)
        self.assertEqual([first for first, _, _ in seen], [0x81, 0x88])

    def test_close_after_waits_longer(self):
        async def slow(connection, *_):
            message = await connection.recv()
            await asyncio.sleep(1.5)
            await connection.send(message)

        with PythonServer(slow) as server:
            result = wscat("--text", "x", "--close-after", 1, server.url)
        self.assertEqual((result.texts, result.status), (["x"], 0))

    def test_nothing_sent_nothing_waited_for(self):
        async def silent(connection, *_):
            await connection.wait_closed()

        with PythonServer(silent) as server:
            begun = time.monotonic()
            self.assertEqual(wscat(server.url).status, 0)
            self.assertLess(time.monotonic() - begun, 1)

    def test_a_server_that_never_falls_silent(self):
        async def ticker(connection, *_):
            while connection.open:
                await connection.send("tick")
                await asyncio.sleep(0.02)

        with PythonServer(ticker, logger=None) as server:
            begun = time.monotonic()
            self.assertEqual(wscat(server.url, stdin=b"x\n").status, 0)
            self.assertLess(time.monotonic() - begun, 8)

    def test_closed_standard_descriptors(self):
        with echo_server() as server:
            command = f"exec {BUILD}/examples/wscat --json --text x {server.url} <&-"
            out = subprocess.run(["sh", "-c", command], capture_output=True, timeout=20)
        self.assertEqual(out.returncode, 0)
        self.assertIn(b'"data":"x"', out.stdout)

    def test_output_that_takes_no_more(self):
        # It closes, also when its input stays open.
        for json in ((), ("--json",)):
            with echo_server() as server, open("/dev/full", "wb") as full:
                process = start(*json, "--text", "hi", server.url, stdout=full)
                status = process.wait(10)
                err = process.stderr.read().decode()
                process.stdin.close()
                process.stderr.close()
            self.assertEqual((status, err), (3, "wscat: cannot write to standard output: No space left on device\n"))

    def test_long_lines_and_bad_ones(self):
        # UTF-08: a line longer than the ring goes out as one frame; one that is not UTF-8 not at all.
        line = "é🙂" * 50000
        seen = []

        def look(peer):
            peer.accept()
            seen.append(peer.read_frame())
            seen.append(peer.read_frame())
            peer.send(frame(8, seen[1][2]))

        with RawServer(look) as server:
            result = wscat(server.url, stdin=line.encode() + b"\nab\xffc\nd\n")
        self.assertEqual([(first, payload) for first, _, payload in seen],
                         [(0x81, line.encode()), (0x88, close_body(1000))])
        self.assertEqual((result.status, result.error["error"]), (3, "bad_utf8"))


class Pipes(unittest.TestCase):
    def test_a_pipe_is_sent_in_fragments(self):
        # Of whatever size, and while the link stays alive.
        data, seen = os.urandom(300000), []

        def look(peer):
            peer.accept()
            peer.send(frame(9, b"alive?"))
            seen.extend(peer.read_to_close())

        with tempfile.TemporaryDirectory() as folder, RawServer(look) as server:
            name = os.path.join(folder, "pipe")
            os.mkfifo(name)
            process = start("--json", "--binary", name, "--text", "behind it", server.url)
            time.sleep(0.3)  # nobody writes yet: that is not its end
            fd = os.open(name, os.O_WRONLY | os.O_NONBLOCK)  # an error if wscat is not there
            os.set_blocking(fd, True)
            with open(fd, "wb") as pipe:
                pipe.write(data[:1000])
                pipe.flush()
                time.sleep(0.3)
                pipe.write(data[1000:])
            process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        *frames, last = [each for each in seen if each[0] & 0x0F != 10]
        self.assertEqual(last, (0x81, True, b"behind it"))
        self.assertEqual(b"".join(payload for _, _, payload in frames), data)
        self.assertEqual([frames[0][0], frames[-1][0]], [0x02, 0x80])
        self.assertIn((0x8A, True, b"alive?"), seen[:2])

    def test_an_empty_pipe_and_what_is_none(self):
        with echo_server() as server:
            command = f"true | {BUILD}/examples/wscat --json --binary /dev/stdin {server.url}"
            out = subprocess.run(["sh", "-c", command], capture_output=True, timeout=20)
            self.assertEqual(out.returncode, 0, out.stderr)
            self.assertIn(b'"type":"binary","size":0', out.stdout)
        status, _, err = person("--binary", "/tmp", "ws://127.0.0.1:1")
        self.assertEqual((status, "readable file or pipe" in err), (2, True))

    def test_what_a_lost_link_took_is_not_sent_by_halves(self):
        links = []

        async def die_once(connection, *_):
            links.append(connection)
            if len(links) == 1:
                await asyncio.sleep(0.5)
                connection.transport.abort()
            await connection.wait_closed()

        with PythonServer(die_once) as server:
            process = start("--json", "--reconnect", "--binary", "/dev/stdin", server.url)
            process.stdin.write(b"x" * 10000)
            process.stdin.flush()
            status = process.wait(30)
            out = process.stdout.read()
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()
        self.assertEqual((status, len(links)), (3, 2))
        self.assertIn(b"a part of it went to a link that is gone", out)


class Signals(unittest.TestCase):
    def interrupted(self, server, times):
        process = start("--json", server.url)
        self.assertIn(b'"open"', process.stdout.readline())
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        out, _ = process.communicate(timeout=20)
        return process.returncode, out.decode().splitlines()

    def test_the_first_closes(self):
        with PythonServer(echo) as server:
            status, lines = self.interrupted(server, 1)
        self.assertEqual((status, lines), (0, ['{"event":"close","code":1000,"reason":"","wasClean":true}']))

    def test_the_second_leaves(self):
        with RawServer(lambda peer: (peer.accept(), time.sleep(2))) as server:
            status, lines = self.interrupted(server, 2)
        self.assertEqual((status, lines), (3, ['{"event":"close","code":1006,"reason":"","wasClean":false}']))


    def test_while_connecting(self):
        with RawServer(lambda peer: time.sleep(1)) as server:
            process = start(server.url)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=10)
        self.assertEqual((process.returncode, err), (1, b"error: It was interrupted before the link was open.\n"))


class EchoServer(unittest.TestCase):
    def test_late_bad_text_is_answered_with_1007(self):
        # UTF-03, CLS-19: at once, though the frame is not complete and the echo of what was good is under way.
        with echo_server() as server:
            peer = connect(server.port)
            peer.open()
            peer.send(frame(1, b"x" * 100000 + b"\xff" + b"x" * 1000, mask=b"abcd")[:-900])
            while True:
                first, _, payload = peer.read_frame()
                if first & 0x0F == 8:
                    break
            peer.socket.close()
        self.assertEqual(payload, close_body(1007))

    def test_host_in_brackets(self):
        with echo_server("--host", "::1") as server:
            self.assertRegex(server.url, r"^ws://\[::1\]:\d+$")
            self.assertEqual(wscat("--text", "six", server.url).texts, ["six"])

    def test_host_for_all(self):
        for host in ("::", "[::]"):
            with echo_server("--host", host) as server:
                self.assertRegex(server.url, r"^ws://\[::\]:\d+$")
                for literal in ("127.0.0.1", "[::1]"):
                    result = wscat("--text", "all", f"ws://{literal}:{server.port}")
                    self.assertEqual((result.texts, result.status), (["all"], 0), literal)

    def test_usage(self):
        for args in (["--port", "65536"], ["--port"], ["--max-connections", "0"], ["--subprotocol", "a b"], ["--what"]):
            run = subprocess.run([BUILD / "examples/echo_server", *args], capture_output=True, timeout=10)
            self.assertEqual((run.returncode, run.stdout), (2, b""), args)
            self.assertIn(b"echo_server: ", run.stderr)
