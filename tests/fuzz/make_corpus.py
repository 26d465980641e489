#!/usr/bin/python3
"""Writes the seeds, to corpus/ beside it or to the directory that is given. Files of other names there are left alone."""
import struct
import sys
from pathlib import Path

# Habits of the application, see driver.hpp.
ECHOES, LEAVES, PINGS, ASSEMBLES, SKIPS, SMALL_RING = 1, 2, 4, 8, 16, 32
# The server's mode, see server_fuzz.cpp.
CORRECT_FIRST, NO_HOOK, NOT_FOUND = 1, 2, 4


def frame(opcode, payload=b"", fin=True, mask=None):
    head = bytes([(0x80 if fin else 0) | opcode])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    else:
        head += bytes([bit | 126]) + struct.pack(">H", len(payload))
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return head + (mask or b"") + payload


def sessions(mask):
    """Name -> (habits, bytes)."""
    def f(*args, **options):
        return frame(*args, mask=mask, **options)

    text = "wörld 🙂".encode()
    return {
        "text": (ECHOES, f(1, b"hello") + f(8, b"\x03\xe8bye")),
        "utf8": (ECHOES | SMALL_RING, f(1, text[:8], fin=False) + f(9, b"ping") + f(0, text[8:])),
        "large": (0, f(2, bytes(300)) + f(2, bytes(5000))),
        "pings": (PINGS, f(9, b"x" * 125) * 6 + f(10, b"are you there") + f(8)),
        "empties": (ASSEMBLES, f(1, fin=False) + f(0, fin=False) * 5 + f(0)),
        "skipped": (ASSEMBLES | SKIPS | ECHOES, f(1, b"ok") + f(2, bytes(101)) + f(1, b"a" * 60, fin=False) + f(0, b"b" * 60)),
        "too_big": (ASSEMBLES, f(2, bytes(60), fin=False) + f(0, bytes(41))),
        "leaves": (LEAVES | PINGS, f(1, b"one") + f(9, b"two") + f(1, b"three") + f(8, b"\x0f\xa0enough")),
        "bad_utf8": (0, f(1, b"\xed\xa0\x80")),
        "bad_close": (0, f(8, b"\x03\xed")),
        "cut": (0, f(2, bytes(100))[:50]),
    }


RESPONSES = {
    "opened": "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \1\r\n"
              "Sec-WebSocket-Protocol: two\r\n\r\n\x81\x02hi\x88\x00",
    "refused": "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nbody",
    "chunked": "HTTP/1.1 503 No\r\nRetry-After: 5\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: x\r\n\r\n",
    "moved": "HTTP/1.1 302 x\r\nLocation: ws://b/\r\n\r\nuntil close",
    "interim": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
               "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: one\r\n\r\n",
    "lone_lf": "HTTP/1.1 101 x\nUpgrade: websocket\nSec-WebSocket-Extensions: a; b=\"c\"\n\n",
}
REQUESTS = {
    "page": (NO_HOOK, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    "absolute": (NOT_FOUND, "GET http://h/p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n"),
    "wrong": (0, "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde"),
    "lists": (0, "GET / HTTP/1.1\r\nHost: [::1]:80\r\nUpgrade: a, websocket\r\nConnection: x,upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Protocol: two , one\r\nSec-WebSocket-Extensions: a; b=\"c\", d\r\n\r\n"),
}
URLS = ["ws://h", "wss://h.example:8443/p?q", "ws://[::1]:81/", "http://1.2.3.4?x", "ws://0x7f.1/%2e", "ws://a@b/#c"]


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "corpus"
    files = {f"client/{name}": b"\x05\x07" + bytes([habits]) + data for name, (habits, data) in sessions(None).items()}
    files |= {f"server/{name}": b"\x05\x07" + bytes([habits, CORRECT_FIRST]) + data
              for name, (habits, data) in sessions(b"\1\2\3\4").items()}
    files |= {f"server/{name}": b"\x05\x07\x00" + bytes([mode]) + text.encode() for name, (mode, text) in REQUESTS.items()}
    files |= {f"response/{name}": b"\x05\x00" + text.encode("latin-1") for name, text in RESPONSES.items()}
    files |= {f"url/{i}": url.encode() for i, url in enumerate(URLS)}
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


main()
