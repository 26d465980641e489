"""wscat --reconnect and --redirects: servers that die, freeze, refuse, and send elsewhere."""
import json
import queue
import signal
import subprocess
import threading
import unittest

from harness import BUILD, PythonServer, RawServer, certificates, echo, echo_server, node, stop, wscat
from test_nginx import nginx


class Running:
    """A run of wscat --json that one talks to."""

    def __init__(self, *args):
        command = [str(BUILD / "examples/wscat"), "--json", *map(str, args)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.events, self.lines = [], queue.Queue()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def say(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def until(self, kind, seconds=30):
        while True:
            event = self.lines.get(timeout=seconds)
            self.events.append(event)
            if event["event"] == kind:
                return event

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)
        self.process.stdin.close()
        self.thread.join(5)


class Reconnecting(unittest.TestCase):
    def test_a_server_that_is_restarted(self):
        # REC-01, REC-08: killed without a word, and back at the same place.
        with node("server.js") as first:
            port = int(first.url.rsplit(":", 1)[1])
            with Running("--reconnect", first.url) as client:
                client.until("open")
                client.say("one")
                self.assertEqual(client.until("message")["data"], "one")
                first.kill()
                self.assertEqual(client.until("close")["code"], 1006)
                retry = client.until("retry")
                self.assertEqual(retry["attempt"], 2)
                self.assertLessEqual(retry["delayMs"], 1000)
                self.assertIn(retry["cause"], ("connection_lost", "connection_reset"))
                first.wait()
                with node("server.js", port=port):
                    client.until("open")
                    client.say("two")
                    self.assertEqual(client.until("message")["data"], "two")
                    client.process.stdin.close()
                    self.assertEqual(client.until("close")["code"], 1000)
                    self.assertEqual(client.process.wait(10), 0)

    def test_a_server_that_freezes(self):
        # A half-open link is found within the pong deadline, and left.
        with node("server.js") as server, Running("--reconnect", "--ping-interval", 300, "--pong-timeout", 1000,
                                                  server.url) as client:
            client.until("open")
            server.send_signal(signal.SIGSTOP)
            try:
                error = client.until("error", 20)
                self.assertEqual(error["error"], "pong_timeout")
            finally:
                server.send_signal(signal.SIGCONT)
            client.until("open")
            client.say("thawed")
            self.assertEqual(client.until("message")["data"], "thawed")

    def test_attempts_are_counted(self):
        result = subprocess.run([str(BUILD / "examples/wscat"), "--json", "--reconnect", "--max-attempts", "3", "ws://127.0.0.1:1/"],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events], ["error", "close", "retry"] * 2 + ["error", "close"])
        self.assertEqual([event["attempt"] for event in events if event["event"] == "retry"], [2, 3])
        self.assertEqual(result.returncode, 1)

    def test_a_refusal_for_good_ends_it(self):
        def refuse(peer):
            peer.read_until(b"\r\n\r\n")
            peer.send(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")

        with RawServer(refuse) as server:
            result = wscat("--reconnect", server.url)
        self.assertEqual((result.error["status"], result.of("retry"), result.status), (401, [], 1))

    def test_several_deaths(self):
        # Each link dies in another way, and the client is there again each time.
        deaths = iter(range(1000))

        async def die(connection, *_):
            nth = next(deaths)
            if nth >= 5:
                return await echo(connection)
            if nth % 2 == 0:
                connection.transport.abort()
            else:
                connection.transport.write(b"\xff\xff\xff")

        with PythonServer(die) as server, Running("--reconnect", server.url) as client:
            for _ in range(6):
                client.until("open", 40)
            client.say("still here")
            self.assertEqual(client.until("message")["data"], "still here")


class InC(unittest.TestCase):
    def test_c_client(self):
        def run(url):
            return subprocess.run([str(BUILD / "examples/c_client"), f"url={url}", "text=grüße"], capture_output=True,
                                  timeout=60)

        with node("server.js") as server:
            result = run(server.url)
            self.assertEqual((result.returncode, result.stdout.decode()), (0, "< grüße\nclosed with 1000\nVERDICT passed\n"))
            port = int(server.url.rsplit(":", 1)[1])
        # And one that is there only after some attempts.
        with subprocess.Popen([str(BUILD / "examples/c_client"), f"url=ws://127.0.0.1:{port}/"],
                              stdout=subprocess.PIPE) as late:
            self.assertEqual(late.stdout.readline(), b"error: 34\n")  # connection_refused
            self.assertIn(b"closed with 1006", late.stdout.readline())
            with node("server.js", port=port):
                out, _ = late.communicate(timeout=60)
            self.assertEqual(late.returncode, 0)
            self.assertIn(b"< hello from C", out)


class Redirects(unittest.TestCase):
    def test_to_https(self):
        # RSP-08: from plain HTTP to TLS, where the certificate is checked; never back.
        files = certificates()
        location = ""

        def redirect(peer):
            peer.read_until(b"\r\n\r\n")
            peer.send(f"HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())

        with echo_server("--cert", files / "server.pem", "--key", files / "server.key") as server:
            location = server.url.replace("wss:", "https:").rstrip("/") + "/there"
            with RawServer(redirect) as first:
                result = wscat("--redirects", 1, "--ca", files / "root.pem", "--text", "hello", first.url)
            self.assertEqual((result.texts, result.status), (["hello"], 0))
            self.assertTrue(result.of("open")[0]["url"].startswith("https:"))
            self.assertIn("tls", result.of("open")[0])
            with RawServer(redirect) as first:
                result = wscat("--redirects", 1, first.url, hold_stdin=True)
            self.assertEqual((result.error["error"], result.status), ("tls_untrusted", 1))

    def test_chains_by_nginx(self):
        # RSP-08: relative and absolute Locations, and a limit.
        with node("server.js") as server, nginx(server.url) as url:
            result = wscat("--redirects", 3, "--text", "there", url + "/chain")
            self.assertEqual((result.texts, result.status), (["there"], 0))
            self.assertEqual(result.of("error") + result.of("retry"), [])
            self.assertTrue(result.of("open")[0]["url"].endswith("/ws"))
            result = wscat("--redirects", 2, url + "/chain")
            self.assertEqual((result.error["status"], result.status), (302, 1))
            result = wscat("--redirects", 5, url + "/loop")
            self.assertEqual((result.error["status"], result.status), (308, 1))
