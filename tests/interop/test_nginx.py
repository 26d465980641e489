"""nginx as a reverse proxy, in front of npm ws and in front of echo_server."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import echo_server, node, stop, temporary_file, wait_for, wscat

CONFIG = """
daemon off; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {dir}/a; proxy_temp_path {dir}/b; fastcgi_temp_path {dir}/c; uwsgi_temp_path {dir}/d;
  scgi_temp_path {dir}/e;
  server {{
    listen 127.0.0.1:{port} {tls};
    location /ws {{
      proxy_pass {target};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
      proxy_read_timeout 1s;
    }}
    location /nowhere {{ proxy_pass http://127.0.0.1:1; }}
    location /moved {{ return 302 /ws; }}
    location /chain {{ return 301 /chained/twice/; }}
    location /chained/twice/ {{ return 307 ../../moved; }}
    location /loop {{ return 308 /loop/on; }}
    location /loop/on {{ return 308 /loop; }}
    location /401 {{ add_header WWW-Authenticate 'Basic realm="the back door"' always; return 401 "Who are you?\n"; }}
    location /403 {{ return 403 "Not you.\n"; }}
    location /404 {{ return 404 "Not here.\n"; }}
    location /429 {{ add_header Retry-After 7 always; return 429 "Not so fast.\n"; }}
    location /503 {{ add_header Retry-After 120 always; return 503 "Not now.\n"; }}
  }}
}}
"""


@contextlib.contextmanager
def nginx(target, tls=""):
    """`tls`: what follows the address in `listen`, and the directives that TLS needs."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o777)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w", encoding="ascii") as file:
        file.write(CONFIG.format(dir=folder, port=port, target=target.replace("ws:", "http:"), tls=tls))
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", config], stderr=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0), "nginx did not start"
        yield f"{'wss' if tls else 'ws'}://127.0.0.1:{port}"
    finally:
        stop(process)
        shutil.rmtree(folder, ignore_errors=True)


class Refusals(unittest.TestCase):
    def test_status_fields_and_body(self):
        # RSP-01, RSP-09: as a server says it that we did not write.
        cases = {
            401: ("Who are you?\n", {"wwwAuthenticate": 'Basic realm="the back door"'}),
            403: ("Not you.\n", {}),
            404: ("Not here.\n", {}),
            429: ("Not so fast.\n", {"retryAfter": "7"}),
            503: ("Not now.\n", {"retryAfter": "120"}),
        }
        details = ("location", "retryAfter", "wwwAuthenticate", "versions")
        with nginx("ws://127.0.0.1:1") as url:
            for status, (body, expected) in cases.items():
                result = wscat(f"{url}/{status}")
                error = result.error
                self.assertEqual((error["error"], error["status"], error["body"]), ("bad_status", status, body))
                self.assertEqual({name: error[name] for name in details if name in error}, expected)
                self.assertEqual((result.of("open"), result.close["code"], result.status), ([], 1006, 1))


class ReverseProxy(unittest.TestCase):
    def test_in_front_of_ws(self):
        data = os.urandom(2 * 1024 * 1024)
        with node("server.js") as server, nginx(server.url) as url, temporary_file(data) as file:
            result = wscat("--max-message", 1 << 22, "--text", "through", "--binary", file.name, url + "/ws")
            self.assertEqual((result.texts, result.binaries, result.status), (["through"], [data], 0))

    def test_in_front_of_echo_server(self):
        with echo_server("--subprotocol", "v1") as server, nginx(server.url) as url, \
                node("client.js", url + "/ws", "v1") as client:
            self.assertEqual(client.url, "ok")

    def test_what_nginx_says_itself(self):
        # RSP-01, RSP-07, FAI-05: 404, 502, a redirect, and an idle link that it ends.
        with node("server.js") as server, nginx(server.url) as url:
            for path, status in (("/other", 404), ("/nowhere", 502), ("/moved", 302)):
                result = wscat(url + path)
                self.assertEqual((result.error["error"], result.error["status"]), ("bad_status", status))
            self.assertTrue(wscat(url + "/moved").error["location"].endswith("/ws"))
            result = wscat(url + "/ws", hold_stdin=True)
            self.assertEqual((result.error["error"], result.close["code"]), ("connection_lost", 1006))
            # KAL-01: keepalive keeps it open beyond nginx's limit of a second.
            result = wscat("--ping-interval", 300, "--close-after", 1, url + "/ws", stdin=b"", timeout=20)
            self.assertEqual(result.status, 0)
