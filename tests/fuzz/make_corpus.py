#!/usr/bin/env python3
"""Writes the seed corpora: make_corpus.py DIRECTORY"""
import struct
import sys
from pathlib import Path


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
    def f(*args, **options):
        return frame(*args, mask=mask, **options)

    return {
        "text": f(1, b"hello") + f(8, b"\x03\xe8bye"),
        "utf8": f(1, "wörld 🙂".encode()[:8], fin=False) + f(9, b"ping") + f(0, "wörld 🙂".encode()[8:]),
        "large": f(2, bytes(300)) + f(2, bytes(5000)),
        "pings": f(9, b"x" * 125) * 6 + f(10, b"no") + f(8),
        "empties": f(1, fin=False) + f(0, fin=False) * 5 + f(0),
        "bad_utf8": f(1, b"\xed\xa0\x80"),
        "bad_close": f(8, b"\x03\xed"),
        "cut": f(2, bytes(100))[:50],
    }


RESPONSES = {
    "refused": "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nbody",
    "chunked": "HTTP/1.1 503 No\r\nRetry-After: 5\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: x\r\n\r\n",
    "moved": "HTTP/1.1 302 x\r\nLocation: ws://b/\r\n\r\nuntil close",
    "interim": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
               "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: one\r\n\r\n",
    "lone_lf": "HTTP/1.1 101 x\nUpgrade: websocket\nSec-WebSocket-Extensions: a; b=\"c\"\n\n",
}
REQUESTS = {
    "page": "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "absolute": "GET http://h/p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    "wrong": "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde",
    "lists": "GET / HTTP/1.1\r\nHost: [::1]:80\r\nUpgrade: a, websocket\r\nConnection: x,upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: two , one\r\nSec-WebSocket-Extensions: a; b=\"c\", d\r\n\r\n",
}
URLS = ["ws://h", "wss://h.example:8443/p?q", "ws://[::1]:81/", "http://1.2.3.4?x", "ws://0x7f.1/%2e", "ws://a@b/#c"]


def main():
    root = Path(sys.argv[1])
    files = {f"client/{name}": b"\x05\x07" + data for name, data in sessions(None).items()}
    files |= {f"server/{name}": b"\x05\x01" + data for name, data in sessions(b"\1\2\3\4").items()}
    files |= {f"server/{name}": b"\x05\x00" + text.encode() for name, text in REQUESTS.items()}
    files |= {f"response/{name}": b"\x05" + text.encode() for name, text in RESPONSES.items()}
    files |= {f"url/{i}": url.encode() for i, url in enumerate(URLS)}
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


main()
