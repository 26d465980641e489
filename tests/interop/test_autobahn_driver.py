"""The Autobahn driver against a small fuzzing server: the protocol of the suite, not its cases."""
import os
import subprocess
import unittest

from harness import BUILD, PythonServer

MESSAGES = ["text", "ünï", b"\0\1\2", "", os.urandom(1 << 20), ["fragment ", "by ", "fragment"]]


class FuzzingServer(PythonServer):
    """Speaks the protocol of the suite's server, with a few cases of our own, and notes what it saw."""

    def __init__(self, largest=1 << 20):
        self.seen = []
        self.messages = [each[:largest] for each in MESSAGES]
        super().__init__(self.serve)

    async def serve(self, connection, path):
        if path.startswith("/getCaseCount"):
            await connection.send(str(len(self.messages)))
        elif path.startswith("/runCase?case="):
            number = int(path.split("case=")[1].split("&")[0])
            message = self.messages[number - 1]
            await connection.send(message)
            await (await connection.ping(b"p"))
            answer = await connection.recv()
            expected = "".join(message) if isinstance(message, list) else message
            self.seen.append((number, answer == expected, path.endswith("agent=whit")))
        else:
            self.seen.append(path)
        await connection.close()

    def judge(self, test):
        test.assertEqual(self.seen, [(i + 1, True, True) for i in range(len(self.messages))] + ["/updateReports?agent=whit"])


class Driver(unittest.TestCase):
    def test_cases(self):
        with FuzzingServer() as server:
            run = subprocess.run([BUILD / "tests/autobahn_client", server.url, "whit"], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stdout)
        server.judge(self)

    def test_no_server(self):
        run = subprocess.run([BUILD / "tests/autobahn_client", "ws://127.0.0.1:1", "whit"], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 1)
