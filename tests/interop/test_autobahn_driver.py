"""The Autobahn driver against a small fuzzing server: the protocol of the suite, not its cases."""
import os
import subprocess
import unittest

from harness import BUILD, PythonServer

MESSAGES = ["text", "ünï", b"\0\1\2", "", os.urandom(1 << 20), ["fragment ", "by ", "fragment"]]


class Driver(unittest.TestCase):
    def test_cases(self):
        seen = []

        async def serve(connection, path):
            if path.startswith("/getCaseCount"):
                await connection.send(str(len(MESSAGES)))
            elif path.startswith("/runCase?case="):
                number = int(path.split("case=")[1].split("&")[0])
                message = MESSAGES[number - 1]
                await connection.send(message)
                await (await connection.ping(b"p"))
                answer = await connection.recv()
                expected = "".join(message) if isinstance(message, list) else message
                seen.append((number, answer == expected, path.endswith("agent=whit")))
            else:
                seen.append(path)
            await connection.close()

        with PythonServer(serve) as server:
            run = subprocess.run([BUILD / "tests/autobahn_client", server.url, "whit"], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(seen, [(i + 1, True, True) for i in range(len(MESSAGES))] + ["/updateReports?agent=whit"])

    def test_no_server(self):
        run = subprocess.run([BUILD / "tests/autobahn_client", "ws://127.0.0.1:1", "whit"], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 1)
