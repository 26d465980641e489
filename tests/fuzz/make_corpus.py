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
    "head": (0, "HEAD / HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde"),
    "lists": (0, "GET / HTTP/1.1\r\nHost: [::1]:80\r\nUpgrade: a, websocket\r\nConnection: x,upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Protocol: two , one\r\nSec-WebSocket-Extensions: a; b=\"c\", d\r\n\r\n"),
}
URLS = ["ws://h", "wss://h.example:8443/p?q", "ws://[::1]:81/", "http://1.2.3.4?x", "ws://0x7f.1/%2e", "ws://a@b/#c"]

# How the link of a script is made, see script_link.hpp.
SERVER, MESSAGES, SKIP_MESSAGES, BY_HAND, WRAPS, CLOSES = 1, 2, 4, 8, 16, 32
KEEPALIVE, SEND_TIMEOUT, NO_CLOSE_TIMEOUT, SMALL_MESSAGES = 1, 4, 8, 64
# The steps of a script, see script_fuzz.cpp; what each reads behind it stands in application.hpp.
STEPS = dict(send=0, text=2, gather=3, fill=4, begin=5, sized=6, write=7, spoilt=9, end=10, ping=11, close=13, fail=15,
             start=16, flush=17, peer_ping=18, peer_close=19, peer_pong=20, peer_data=21, peer_any=22, peer_raw=23,
             deliver=24, some=25, stall=26, grant=27, flow=28, hold=29, broken=30, leave=31, no_entropy=32, sleep=33,
             poll=35, settle=36)

SCRIPTS = {
    "sends": (0, 60, 0, 0, "send 10; text 20 1; gather 1 30 1 7; settle; send 126; send 199; settle; text 5 0 2"),
    "to_the_brim": (0, 0, 0, 0, "stall; fill 8; settle; grant 50; settle; flow; settle; send 90"),
    "fragments": (0, 20, 0, 0, "begin 1; write 20; write 3; ping 5; write 40; settle; write 7; end; settle; send 3"),
    "sized": (0, 0, 0, 0, "sized 0 220; write 150; settle; ping 3; write 199; settle; write 199; end; settle"),
    "sized_text_spoilt": (0, 40, 0, 0, "sized 1 60; write 20; spoilt 5; write 50; end; begin 1; write 9; spoilt 1; end"),
    "begun_and_left": (0, 40, 0, 0, "begin 0; write 30; close 1 20; settle; peer_close 2 4; deliver; settle"),
    "sized_and_closed": (0, 40, 0, 0, "sized 0 80; write 30; close 0 9; settle; write 60; settle; peer_close 0 9; deliver"),
    "ping_and_pong": (0, 40, 0, KEEPALIVE, "ping 5; settle; peer_pong 1; deliver; settle; peer_pong 0 7; deliver; ping 126"),
    "pings_while_stalled": (0, 0, 0, 0, "stall; fill 20; peer_ping 125; peer_ping 3; deliver; settle; flow; settle"),
    "ping_in_two": (0, 0, 0, 0, "peer_ping 90; some 40; settle; send 20; deliver; settle"),
    "ping_amid_sized": (0, 40, 0, 0, "sized 0 50; peer_ping 9; deliver; settle; write 40; settle; write 20; end; settle"),
    "ping_amid_fragments": (SERVER, 40, 0, 0, "begin 0; write 50; stall; write 30; peer_ping 9; deliver; settle; grant 20;"
                            "settle; write 30; end; flow; settle"),
    "ping_overtakes": (0, 80, 0, 0, "stall; send 90; send 80; grant 20; settle; peer_ping 30; deliver; settle; ping 20; flow"),
    "sealed": (0, 80, 0, 0, "hold 1 99; stall; send 60; send 70; settle; peer_ping 30; ping 9; deliver; settle; grant 100;"
               "settle; flow; settle"),
    "referred": (0, 80, 0, 0, "hold 2 40; stall; send 60; send 70; settle; peer_ping 30; deliver; settle; grant 25; settle;"
                 "ping 9; grant 30; poll; close 1 30; settle; flow; settle"),
    "closes": (CLOSES, 30, 0, 0, "send 40; close 1 30; settle; peer_close 2 0; deliver; settle; send 5; ping 1; start; send 3"),
    "closes_badly": (0, 30, 0, 0, "close 5 0; close 6 0; close 0 124; close 240 4; close 15 0; settle; peer_close 6 0; deliver"),
    "close_waits": (0, 0, 0, 0, "stall; fill 8; close 0 123; settle; grant 60; settle; flow; settle; peer_close 0 5;"
                    "deliver; settle; leave 0; settle"),
    "close_crosses": (SERVER, 0, 0, 0, "stall; fill 8; close 0 123; settle; peer_close 2 99; some 60; settle; flow;"
                      "settle; deliver; settle"),
    "close_in_two": (0, 0, 0, 0, "peer_close 1 120; some 30; settle; send 30; close 1 9; deliver; settle; leave 0; settle"),
    "answer_waits": (SERVER, 30, 0, SEND_TIMEOUT, "stall; send 90; grant 9; settle; send 40; peer_close 2 9; deliver; settle;"
                     "flow; settle"),
    "fails": (0, 30, 0, 0, "stall; send 50; send 50; grant 20; settle; fail 0; settle; flow; settle"),
    "violation": (SERVER, 40, 0, 0, "stall; send 70; peer_any 131 0 5; deliver; settle; flow; settle; leave 1; settle"),
    "messages": (MESSAGES, 40, 50, 0, "peer_data 4 50; peer_data 2 20; peer_ping 4; peer_data 6 30; peer_data 5 51; deliver; settle"),
    "messages_skipped": (SERVER | MESSAGES | SKIP_MESSAGES, 40, 50, SMALL_MESSAGES,
                         "peer_data 5 60; peer_data 1 40; peer_data 6 40; peer_data 4 9; some 90; settle; deliver; settle"),
    "echo": (0, 40, 0, 0, "stall; send 60; peer_data 5 90; deliver; flush 0; flow; flush 1; flush 0; settle"),
    "keepalive": (WRAPS, 40, 0, KEEPALIVE, "settle; sleep 0; settle; peer_data 4 3; deliver; settle; sleep 0; settle; sleep 0; settle"),
    "keepalive_amid_sized": (WRAPS, 40, 0, KEEPALIVE, "sized 0 9; settle; sleep 150; settle; write 9; end; settle; sleep 0; settle"),
    "send_timeout": (0, 40, 0, SEND_TIMEOUT | KEEPALIVE, "stall; send 9; settle; sleep 110; settle; grant 3; settle; sleep 119; settle"),
    "close_timeout": (WRAPS, 40, 0, 0, "close 1 5; settle; sleep 0; settle"),
    "broken": (0, 40, 0, 0, "broken 5; send 40; settle; send 40; settle; start; settle; deliver; settle"),
    "no_entropy": (0, 40, 0, 0, "no_entropy 2; send 9; text 9 1; gather 0 9 3; send 9; settle; start; settle"),
    "again": (BY_HAND | CLOSES, 40, 0, 0, "start; send 5; settle; settle; deliver; settle; send 5; close 0 0; settle; leave 0;"
              "settle; start; settle; some 50; settle; deliver; settle; send 9"),
    "opens_slowly": (BY_HAND | SERVER, 0, 0, 0, "start; some 99; settle; grant 50; deliver; settle; sleep 0; settle; start; close 0 0"),
    # Its rest went behind the slot once, when a ping had begun to come in while a long Close had to wait.
    "ping_across_a_waiting_close": (0, 0, 0, 0, "stall; fill 8; close 0 123; settle; peer_ping 100; some 40; settle;"
                                    "flow; settle; deliver; settle; peer_close 0 0; deliver; settle"),
    # Pongs that had arrived and were not seen in time: by a poll that sent something first; behind a slow application.
    "late_poll_that_sends": (0, 40, 0, 0, "ping 9; settle; peer_pong 1; sleep 185; deliver; send 0; settle"),
    "late_poll_amid_receiving": (0, 40, 0, 0, "ping 9; settle; peer_data 4 9; peer_pong 1; deliver; poll; sleep 185;"
                                 "peer_data 4 9; deliver; settle"),
    # The key for a pong that waited failed when the next ping came in, and that was read on.
    "no_entropy_amid_receiving": (0, 60, 0, 0, "stall; fill 8; peer_ping 125; peer_data 4 1; peer_ping 9; deliver; poll;"
                                  "no_entropy 0; grant 100; settle"),
}


def script(bits, ring, buffer, limits, text):
    out = [bits, ring, buffer, limits]
    for step in text.split(";"):
        if step.strip():
            name, *numbers = step.split()
            out += [STEPS[name], *map(int, numbers)]
    return bytes(out)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "corpus"
    files = {f"client/{name}": b"\x05\x07" + bytes([habits]) + data for name, (habits, data) in sessions(None).items()}
    files |= {f"server/{name}": b"\x05\x07" + bytes([habits, CORRECT_FIRST]) + data
              for name, (habits, data) in sessions(b"\1\2\3\4").items()}
    files |= {f"server/{name}": b"\x05\x07\x00" + bytes([mode]) + text.encode() for name, (mode, text) in REQUESTS.items()}
    files |= {f"response/{name}": b"\x05\x00" + text.encode("latin-1") for name, text in RESPONSES.items()}
    files |= {f"script/{name}": script(*parts) for name, parts in SCRIPTS.items()}
    files |= {f"url/{i}": url.encode() for i, url in enumerate(URLS)}
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


main()
