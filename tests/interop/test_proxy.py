"""wscat --proxy through tinyproxy, ws and wss."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import RawServer, certificates, echo_server, node, stop, temporary_file, wait_for, wscat

CONFIG = """
Port {port}
Listen 127.0.0.1
Timeout 30
MaxClients 20
LogFile "{folder}/log"
LogLevel Error
PidFile "{folder}/pid"
{more}
"""


@contextlib.contextmanager
def tinyproxy(more=""):
    folder = tempfile.mkdtemp()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = os.path.join(folder, "conf")
    with open(config, "w", encoding="ascii") as file:
        file.write(CONFIG.format(port=port, folder=folder, more=more))
    process = subprocess.Popen(["/usr/bin/tinyproxy", "-d", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0), "tinyproxy did not start"
        yield port
    finally:
        stop(process)
        shutil.rmtree(folder, ignore_errors=True)


class Tinyproxy(unittest.TestCase):
    def test_ws_and_wss_through_it(self):
        # REQ-13
        folder = certificates()
        data = os.urandom(1 << 20)
        with tinyproxy() as port, temporary_file(data) as file:
            with node("server.js") as server:
                result = wscat("--proxy", f"http://127.0.0.1:{port}", "--max-message", 2 << 20, "--text", "through", "--binary",
                               file.name, server.url)
                self.assertEqual((result.texts, result.binaries, result.status), (["through"], [data], 0))
            with echo_server("--cert", folder / "server.pem", "--key", folder / "server.key") as server:
                result = wscat("--proxy", f"http://127.0.0.1:{port}/", "--ca", folder / "root.pem", "--text", "sealed",
                               server.url.replace("127.0.0.1", "localhost"))
                self.assertEqual((result.texts, result.status), (["sealed"], 0))

    def test_credentials(self):
        with tinyproxy("BasicAuth some one") as port, node("server.js") as server:
            result = wscat("--proxy", f"http://some:%6fne@127.0.0.1:{port}", "--text", "in", server.url)
            self.assertEqual((result.texts, result.status), (["in"], 0))
            for who in ("", "some:two@"):
                result = wscat("--proxy", f"http://{who}127.0.0.1:{port}", server.url)
                self.assertEqual((result.error["category"], result.status), ("transport", 1))
                self.assertIn(result.error["error"], ("proxy_auth_required", "proxy_refused"))

    def test_what_goes_wrong_has_its_name(self):
        with tinyproxy("ConnectPort 443") as port, node("server.js") as server:
            self.assertEqual(wscat("--proxy", f"http://127.0.0.1:{port}", server.url).error["error"], "proxy_refused")
        self.assertEqual(wscat("--proxy", "http://127.0.0.1:1", "ws://127.0.0.1:2/").error["error"], "connection_refused")
        with RawServer(lambda peer: peer.send(b"SSH-2.0-x\r\n")) as server:
            result = wscat("--proxy", server.url.replace("ws:", "http:"), "ws://127.0.0.1:2/")
        self.assertEqual(result.error["error"], "proxy_bad_response")
        for bad in ("127.0.0.1:1", "socks5://127.0.0.1", "http://127.0.0.1:1/path", "http://a%zz@b"):
            self.assertEqual(wscat("--proxy", bad, "ws://127.0.0.1:2/").status, 2)
