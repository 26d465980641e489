"""Headless Chromium on echo_server's page, driven by its DevTools protocol."""
import asyncio
import json
import shutil
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

import websockets

from harness import certificates, echo_server, stop, wait_for

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--remote-allow-origins=*"]


class Page:
    """One page of the browser, and JavaScript in it."""

    def __init__(self, connection):
        self.connection, self.id = connection, 0

    async def evaluate(self, script):
        self.id += 1
        await self.connection.send(json.dumps(
            {"id": self.id, "method": "Runtime.evaluate", "params": {"expression": script, "returnByValue": True}}))
        while True:
            answer = json.loads(await self.connection.recv())
            if answer.get("id") == self.id:
                return answer["result"]["result"].get("value")

    async def until(self, script):
        for _ in range(200):
            if await self.evaluate(script):
                return True
            await asyncio.sleep(0.05)
        return False


class Browser(unittest.TestCase):
    def test_page(self):
        # SRV-05, SRV-13: a browser's request is accepted, its compression declined; CLS-04: 1001 at the end.
        self.open_page([])

    def test_page_over_tls(self):
        folder = certificates()
        self.open_page(["--cert", folder / "server.pem", "--key", folder / "server.key"], ["--ignore-certificate-errors"])

    def open_page(self, server_options, browser_options=()):
        folder = tempfile.mkdtemp()
        with echo_server(*server_options) as server:
            url = server.url.replace("ws", "http", 1) + "/"
            browser = subprocess.Popen(["/usr/bin/chromium", *FLAGS, *browser_options, f"--user-data-dir={folder}", url],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                port_file = Path(folder) / "DevToolsActivePort"
                self.assertTrue(wait_for(lambda: port_file.exists() and port_file.read_text(), 30), "no browser")
                port = port_file.read_text().split("\n")[0]

                def pages():
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
                        return [page for page in json.load(answer) if page["url"] == url]

                self.assertTrue(wait_for(pages, 20), "the page did not open")
                asyncio.run(asyncio.wait_for(self.converse(pages()[0]["webSocketDebuggerUrl"], server), 60))
            finally:
                stop(browser)
                shutil.rmtree(folder, ignore_errors=True)

    async def converse(self, debugger, server):
        async with websockets.connect(debugger, max_size=None) as connection:
            page = Page(connection)
            log = "document.getElementById('log').textContent"
            self.assertTrue(await page.until("document.getElementById('status')?.textContent === 'open'"))
            await page.evaluate("document.getElementById('input').value = 'Grüße 🙂'; "
                                "document.getElementById('send').click()")
            self.assertTrue(await page.until(f"{log}.includes('< Grüße 🙂')"), await page.evaluate(log))
            server.terminate()
            self.assertTrue(await page.until(f"{log}.includes('close 1001')"), await page.evaluate(log))
            self.assertTrue(await page.evaluate(f"{log}.includes('(clean)')"))
