"""wss: whit's TLS with OpenSSL's command line, Node.js, Python's ssl and nginx at the other end."""
import asyncio
import base64
import contextlib
import os
import socket
import ssl
import subprocess
import unittest

import websockets

from harness import PythonServer, RawServer, certificates, echo, echo_server, node, stop, temporary_file, wait_for, wscat
from test_nginx import nginx


def setUpModule():
    global CERTIFICATES
    CERTIFICATES = certificates()


def path(name):
    return str(CERTIFICATES / name)


def server_context(name="server", chain=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path((chain or name) + ".pem"), path(name + ".key"))
    return context


@contextlib.contextmanager
def s_server(*options, chain="server", key=None):
    """openssl s_server, which sends back each line reversed: enough to shake hands with, and to refuse."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", path(chain + ".pem"), "-key",
               path((key or chain) + ".key"), "-cert_chain", path(chain + ".pem"), "-rev", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE)
    try:
        os.set_blocking(process.stdout.fileno(), False)
        assert wait_for(lambda: b"ACCEPT" in (process.stdout.read() or b"")), "s_server did not start"
        yield f"wss://localhost:{port}", process
    finally:
        process.stdin.close()
        stop(process)


class WithPython(unittest.TestCase):
    def test_echo_with_both_versions(self):
        data = os.urandom(3 << 20)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = server_context()
            context.minimum_version = context.maximum_version = version
            with PythonServer(echo, ssl=context) as server, temporary_file(data) as file:
                result = wscat("--ca", path("root.pem"), "--max-message", 4 << 20, "--text", "wörld", "--binary", file.name,
                               server.url)
            self.assertEqual((result.texts, result.binaries, result.status), (["wörld"], [data], 0))
            self.assertEqual(result.of("open")[0]["tls"]["version"], version.name.replace("_", "."))
            self.assertFalse(result.of("open")[0]["tls"]["resumed"])

    def test_client_certificates(self):
        context = server_context()
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(path("root.pem"))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context.minimum_version = context.maximum_version = version
            with PythonServer(echo, ssl=context) as server:
                for name in ("client", "rsa_client"):
                    result = wscat("--ca", path("root.pem"), "--cert", path(name + ".pem"), "--key", path(name + ".key"),
                                   "--text", "me", server.url)
                    self.assertEqual((result.texts, result.status), (["me"], 0))
                result = wscat("--ca", path("root.pem"), "--text", "me", server.url)
                # Python's server just ends TCP, while we still send or, in TLS 1.3, when we are done: what was on its way then
                # may turn its end into a reset.
                self.assertEqual(result.status, 1)
                self.assertIn(result.error["error"], ("tls_truncated", "connection_reset"))

    def test_client_against_echo_server(self):
        context = ssl.create_default_context(cafile=path("root.pem"))
        data = os.urandom(1 << 20)

        async def converse(url):
            async with websockets.connect(url, ssl=context, max_size=None) as link:
                for message in ("hello", data, "", "last"):
                    await link.send(message)
                    self.assertEqual(await link.recv(), message)

        with echo_server("--cert", path("server.pem"), "--key", path("server.key")) as server:
            self.assertTrue(server.url.startswith("wss://"))
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context.minimum_version = context.maximum_version = version
                asyncio.run(asyncio.wait_for(converse(server.url.replace("127.0.0.1", "localhost")), 30))


class WithNode(unittest.TestCase):
    def test_wscat_and_npm_ws(self):
        data = os.urandom(2 << 20)
        for version in ("TLSv1.2", "TLSv1.3"):
            with node("server.js", path("server.pem"), path("server.key"), version) as server, temporary_file(data) as file:
                result = wscat("--ca", path("root.pem"), "--max-message", 4 << 20, "--text", "through", "--binary", file.name,
                               server.url)
                self.assertEqual((result.texts, result.binaries, result.status), (["through"], [data], 0))
                self.assertEqual(result.of("open")[0]["tls"]["version"], version)
                burst = wscat("--ca", path("root.pem"), "--close-after", 51, server.url + "/burst", hold_stdin=True)
                self.assertEqual(burst.texts, [",".join(f"p{i}" for i in range(50))])

    def test_npm_ws_and_echo_server(self):
        with echo_server("--subprotocol", "v1", "--cert", path("server.pem"), "--key", path("server.key")) as server, \
                node("client.js", server.url, "v1", path("root.pem")) as client:
            self.assertEqual(client.url, "ok")


class WithNginx(unittest.TestCase):
    def test_nginx_ends_tls_in_front_of_npm_ws(self):
        data = os.urandom(1 << 20)
        for server_first in ("on", "off"):
            tls = f"""ssl; ssl_certificate {path("rsa_server.pem")}; ssl_certificate_key {path("rsa_server.key")};
                      ssl_prefer_server_ciphers {server_first}"""
            with node("server.js") as server, nginx(server.url, tls) as url, temporary_file(data) as file:
                result = wscat("--ca", path("rsa_root.pem"), "--max-message", 2 << 20, "--text", "through", "--binary",
                               file.name, url + "/ws")
                self.assertEqual((result.texts, result.binaries, result.status), (["through"], [data], 0))


class WithOpenSsl(unittest.TestCase):
    def refusal(self, url, *options):
        result = wscat("--timeout", 5000, *options, url)
        self.assertEqual((result.status, result.of("open"), result.close["code"]), (1, [], 1006))
        self.assertEqual(result.error["category"], "tls")
        return result.error["error"]

    def test_the_server_is_verified(self):
        # TLS-02: nothing opens, and each cause has its own name.
        cases = {"expired": "tls_expired", "future": "tls_not_yet_valid", "wrong_host": "tls_wrong_host",
                 "self_signed": "tls_untrusted", "other_server": "tls_untrusted", "chained": "tls_untrusted",
                 "sha1": "tls_bad_certificate", "wrong_usage": "tls_bad_certificate"}
        for version in ("-tls1_2", "-tls1_3"):
            for name, error in cases.items():
                with self.subTest(name=name, version=version), s_server(version, "-cipher", "DEFAULT@SECLEVEL=0", chain=name) as (url, _):
                    self.assertEqual(self.refusal(url, "--ca", path("root.pem")), error)

    def test_no_common_version_or_cipher(self):
        # TLS-06: nothing below TLS 1.2 is offered.
        with s_server("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0") as (url, _):
            self.assertEqual(self.refusal(url, "--ca", path("root.pem")), "tls_no_shared_version")
        with s_server("-tls1_2") as (url, _):
            self.assertEqual(self.refusal(url, "--ca", path("root.pem"), "--tls-min", "1.3"), "tls_no_shared_version")
        with s_server("-tls1_2", "-cipher", "AES128-SHA", chain="rsa_server") as (url, _):
            self.assertEqual(self.refusal(url, "--ca", path("rsa_root.pem")), "tls_no_shared_cipher")

    def test_a_client_certificate_is_wanted(self):
        for version, alert in (("-tls1_2", "alert 40"), ("-tls1_3", "alert 116")):
            with s_server(version, "-Verify", "1", "-CAfile", path("root.pem")) as (url, _):
                result = wscat("--timeout", 5000, "--ca", path("root.pem"), url)
                self.assertEqual((result.error["error"], result.error["detail"]), ("tls_alert", alert))

    def test_pins(self):
        def pin(name):
            with open(path(name + ".pin"), "rb") as file:
                return base64.b64encode(file.read()).decode()

        with echo_server("--cert", path("server.pem"), "--key", path("server.key")) as server:
            for good in ("server", "root"):
                result = wscat("--ca", path("root.pem"), "--pin", pin("self_signed"), "--pin", pin(good), "--text", "x", server.url)
                self.assertEqual((result.texts, result.status), (["x"], 0))
            self.assertEqual(self.refusal(server.url, "--ca", path("root.pem"), "--pin", pin("self_signed")), "tls_pin_mismatch")
            self.assertEqual(wscat("--insecure", "--pin", pin("server"), "--text", "x", server.url).texts, ["x"])
            self.assertEqual(self.refusal(server.url, "--insecure", "--pin", pin("self_signed")), "tls_pin_mismatch")

    def test_pre_shared_keys(self):
        # The handshake is all that s_server can do; it then answers our request with its reverse.
        for version in ("-tls1_2", "-tls1_3"):
            key = "00112233445566778899aabbccddeeff"
            with s_server(version, "-psk_identity", "device", "-psk", key, "-nocert", "-cipher", "PSK", chain="server") as (url, _):
                result = wscat("--timeout", 3000, "--psk", f"device:{key}", url)
                self.assertEqual(result.error["category"], "handshake", result.error)
                self.assertEqual(self.refusal(url, "--psk", "device:" + key[::-1]) in ("tls_alert", "tls_bad_record"), True)

    def test_not_tls(self):
        def plain(peer):
            peer.socket.recv(1000)
            peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        with RawServer(plain) as server:
            self.assertEqual(self.refusal(server.url.replace("ws:", "wss:"), "--ca", path("root.pem")), "tls_bad_record")


class CommandLine(unittest.TestCase):
    def test_what_is_wrong_is_said(self):
        for options, words in ((["--ca", "/nowhere"], "--ca"), (["--cert", path("client.pem")], "go together"),
                               (["--cert", path("client.pem"), "--key", path("server.key")], "is not the key"),
                               (["--ca", path("client.key")], "holds no certificate"), (["--pin", "abc"], "--pin"),
                               (["--psk", "x"], "IDENTITY:HEX"), (["--tls-min", "1.1"], "--tls-min")):
            result = wscat(*options, "wss://127.0.0.1:1/")
            self.assertEqual(result.status, 2)
            self.assertIn(words, result.stderr)
