"""What the firmware tests share: a board with an image on it, and the servers for it."""
import contextlib
import re
import ssl
import time
from pathlib import Path

import emulate
from harness import PythonServer, echo, echo_server, node

BUILD = Path(__file__).resolve().parents[2] / "build"
CERTIFICATES = BUILD / "certificates"
SERVER = CERTIFICATES / "server.pem"
KEY = CERTIFICATES / "server.key"
FIGURES = {}  # by the names of tests/bench/budgets.txt
STACKS = {}  # the deepest that each image has told, by (board, example)


def tls_context(name="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem", CERTIFICATES / f"{name}.key")
    return context


@contextlib.contextmanager
def peer(name, tls, port=0):
    """The port of an echo server that is not ours, or ours."""
    if name == "websockets":
        with PythonServer(echo, port=port, **({"ssl": tls_context()} if tls else {})) as server:
            yield server.port
    elif name == "ws":
        with node("server.js", *([SERVER, KEY] if tls else []), port=port) as server:
            yield int(server.url.rsplit(":", 1)[1])
    else:
        with echo_server("--port", port, *(["--cert", SERVER, "--key", KEY] if tls else [])) as server:
            yield server.port


def url(board, port, tls=False, host=None):
    return f"{'wss' if tls else 'ws'}://{host or emulate.host_address(board)}:{port}/"


@contextlib.contextmanager
def firmware(board, example, arguments, tls=False, forward=None, extra=(), network=True):
    image = emulate.image_of(BUILD, board, example + ("_tls" if tls else ""))
    one = emulate.Firmware(board, image, [*arguments, f"time={int(time.time())}"], forward, extra=extra, network=network)
    try:
        yield one
    finally:
        one.stop()
        name = example + ("_tls" if tls else "")
        for line in one.text:
            found = re.fullmatch(r"stack: (\d+) bytes", line)
            if found:
                STACKS[board, name] = max(STACKS.get((board, name), 0), int(found.group(1)))


def log(one):
    return "\n" + "\n".join(one.text)
