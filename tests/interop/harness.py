"""Runs wscat and echo_server, and starts the peers they talk to. Loopback only; everything ends by its pid."""
import asyncio
import base64
import contextlib
import hashlib
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import websockets

BUILD = Path(os.environ.get("WHIT_BUILD", "build/host"))
HERE = Path(__file__).parent
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Result:
    """What a run of wscat said: its events, its exit status."""

    def __init__(self, events, status, stderr):
        self.events, self.status, self.stderr = events, status, stderr

    def of(self, kind):
        return [event for event in self.events if event["event"] == kind]

    @property
    def close(self):
        return self.of("close")[0]

    @property
    def error(self):
        return self.of("error")[0]

    @property
    def texts(self):
        return [event["data"] for event in self.of("message") if event["type"] == "text"]

    @property
    def binaries(self):
        return [base64.b64decode(event["data"]) for event in self.of("message") if event["type"] == "binary"]


def wscat(*args, stdin=b"", timeout=30, hold_stdin=False):
    """Runs wscat --json. With hold_stdin its input stays open and idle. Checks what holds for every run."""
    command = [str(BUILD / "examples/wscat"), "--json", *map(str, args)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        if hold_stdin:
            out, err = read_to_end(process, timeout)
        else:
            out, err = process.communicate(stdin, timeout=timeout)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
    assert process.returncode in (0, 1, 2, 3), f"status {process.returncode}: {err.decode()}"
    result = Result([json.loads(line) for line in out.decode().splitlines()], process.returncode, err.decode())
    if process.returncode != 2:
        kinds = [event["event"] for event in result.events]
        assert kinds.count("close") == 1 and kinds[-1] == "close", f"not exactly one close line, at the end: {kinds}"
        assert kinds.count("error") <= 1 and kinds.count("open") <= 1, kinds
    return result


def read_to_end(process, timeout):
    timer = threading.Timer(timeout, process.kill)
    timer.start()
    out, err = process.stdout.read(), process.stderr.read()
    process.wait()
    timer.cancel()
    return out, err


@contextlib.contextmanager
def echo_server(*args):
    command = [str(BUILD / "examples/echo_server"), "--port", "0", "--quiet", *map(str, args)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        line = process.stdout.readline().decode()
        assert line.startswith("listening on ws"), line
        process.url = line.split()[-1]
        process.port = int(process.url.rsplit(":", 1)[1])
        yield process
    finally:
        stop(process)
    # A sanitizer has another one; some tests kill it.
    assert process.returncode in (0, -signal.SIGKILL), f"echo_server ended with {process.returncode}"


def stop(process):
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


class PythonServer:
    """websockets.serve in a thread. The handler is a coroutine function of the connection."""

    def __init__(self, handler, port=0, **options):
        self.handler, self.port, self.options = handler, port, {"max_size": None, **options}

    def __enter__(self):
        ready = threading.Event()

        async def main():
            self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
            async with websockets.serve(self.handler, "127.0.0.1", self.port, **self.options) as server:
                self.port = server.sockets[0].getsockname()[1]
                self.url = f"{'wss' if 'ssl' in self.options else 'ws'}://127.0.0.1:{self.port}"
                ready.set()
                await self.stopped.wait()

        self.thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        self.thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(RuntimeError):  # the test has stopped it already
            self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join(20)


async def echo(connection, *_):
    async for message in connection:
        await connection.send(message)


def accept_value(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def frame(opcode, payload=b"", fin=True, rsv=0, mask=None):
    """A frame, built here and not by whit."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head = bytes([first, bit | len(payload)])
    elif len(payload) < 65536:
        head = bytes([first, bit | 126]) + struct.pack(">H", len(payload))
    else:
        head = bytes([first, bit | 127]) + struct.pack(">Q", len(payload))
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return head + (mask or b"") + payload


def close_body(code, reason=b""):
    return struct.pack(">H", code) + reason


class Peer:
    """A raw connection with a buffer."""

    def __init__(self, connection):
        self.socket, self.buffer = connection, b""
        connection.settimeout(10)

    def read_until(self, mark):
        while mark not in self.buffer:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError(self.buffer)
            self.buffer += data
        head, self.buffer = self.buffer.split(mark, 1)
        return head.decode()

    def read(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError(self.buffer)
            self.buffer += data
        out, self.buffer = self.buffer[:n], self.buffer[n:]
        return out

    def read_frame(self):
        """(fin and rsv and opcode as one byte, masked, payload)."""
        first, second = self.read(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.read(8))[0]
        mask = self.read(4) if second & 0x80 else None
        payload = self.read(size)
        if mask:
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        return first, mask is not None, payload

    def read_to_close(self):
        """Answers pings and the Close, and returns the frames that came before it."""
        frames = []
        while True:
            first, masked, payload = self.read_frame()
            if first & 0x0F == 8:
                self.send(frame(8, payload))
                return frames
            if first & 0x0F == 9:
                self.send(frame(10, payload))
            else:
                frames.append((first, masked, payload))

    def send(self, data):
        self.socket.sendall(data)

    def accept(self, behind=b""):
        """Answers the opening handshake; `behind` goes in the same segment."""
        self.request = self.read_until(b"\r\n\r\n")
        key = next(line.split(": ")[1] for line in self.request.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
        self.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + f"Sec-WebSocket-Accept: {accept_value(key)}\r\n\r\n".encode()
            + behind
        )

    def open(self, path="/", fields=""):
        """Opens a link as a client and returns the head of the response."""
        self.send(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{fields}\r\n".encode()
        )
        return self.read_until(b"\r\n\r\n")


class RawServer:
    """One script for each connection that comes."""

    def __init__(self, script):
        self.script, self.problem = script, None

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        try:
            connection, _ = self.listener.accept()
            with connection:
                self.script(Peer(connection))
        except Exception as problem:  # for the test to look at
            self.problem = problem

    def __exit__(self, *_):
        self.thread.join(15)
        self.listener.close()


class SlowLink:
    """A way to a server on which each byte takes `delay` seconds, in either direction. For one connection."""

    def __init__(self, port, delay):
        self.port, self.delay = port, delay

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def run(self):
        near, _ = self.listener.accept()
        far = socket.create_connection(("127.0.0.1", self.port))
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    def carry(self, source, sink):
        def hand_over(data):
            with contextlib.suppress(OSError):
                sink.sendall(data) if data else sink.shutdown(socket.SHUT_WR)

        wire = queue.Queue()
        threading.Thread(target=self.wait, args=(wire, hand_over), daemon=True).start()
        data = b"?"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            wire.put((time.monotonic() + self.delay, data))

    @staticmethod
    def wait(wire, hand_over):
        data = b"?"
        while data:
            due, data = wire.get()
            time.sleep(max(0, due - time.monotonic()))
            hand_over(data)

    def __exit__(self, *_):
        self.listener.close()


def connect(port):
    return Peer(socket.create_connection(("127.0.0.1", port), timeout=10))


@contextlib.contextmanager
def node(script, *args, port=0):
    """A Node.js peer; its first line tells where it listens."""
    modules = install_node_modules()
    environment = {**os.environ, "NODE_PATH": str(modules / "node_modules"), "PORT": str(port)}
    process = subprocess.Popen(
        ["node", str(HERE / "node" / script), *map(str, args)], stdout=subprocess.PIPE, env=environment
    )
    try:
        process.url = process.stdout.readline().decode().strip()
        yield process
    finally:
        stop(process)


def install_node_modules():
    modules = BUILD / "interop-node"
    modules.mkdir(parents=True, exist_ok=True)
    (modules / "package.json").write_text((HERE / "node/package.json").read_text())
    if not (modules / "node_modules/ws").exists():
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--package-lock=false", "--silent"],
            cwd=modules, check=True, timeout=120,
        )
    return modules


def certificates():
    """The folder of what tests/tls/make_certificates.sh makes."""
    folder = BUILD / "interop-certificates"
    subprocess.run([str(HERE.parent / "tls/make_certificates.sh"), str(folder)], check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    return folder


def temporary_file(data):
    file = tempfile.NamedTemporaryFile()
    file.write(data)
    file.flush()
    return file


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
