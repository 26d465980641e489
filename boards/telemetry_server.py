#!/usr/bin/env python3
"""The other side of the telemetry example: shows readings, asks for them faster, breaks the link once, and then says stop.

usage: telemetry_server.py PORT [CERTIFICATES]
"""
import asyncio
import contextlib
import ssl
import sys
from pathlib import Path

import websockets


shown = []


async def serve(link, *_):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for reading in link:
            print(reading, flush=True)
            shown.append(reading)
            if len(shown) == 3:
                await link.send("interval 200")
            if len(shown) == 6:
                print("breaking the link", flush=True)
                link.transport.abort()
            if len(shown) == 12:
                await link.send("stop")


async def main():
    context = None
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
    async with websockets.serve(serve, "127.0.0.1", int(sys.argv[1]), ssl=context):
        print(f"listening on port {sys.argv[1]}", flush=True)
        await asyncio.Future()


asyncio.run(main())
