"""A browser on a board's server: Chromium, its page, and what browsers do to servers that have few connections."""
import asyncio
import json
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import websockets

from bench import firmware, log
from harness import connect, frame, stop, wait_for
from test_chromium import FLAGS, Page

OUTSIDE = 8080
LOADS = 4
SOON = 8  # seconds: the server drops who says nothing after 2; the machine may be busy
STATE = "document.getElementById('state')?.textContent"
LOG = "document.getElementById('log').textContent"


class Tab(Page):
    """A page that may be loaded anew between two scripts."""

    async def evaluate(self, script):
        try:
            return await asyncio.wait_for(super().evaluate(script), 5)
        except (KeyError, asyncio.TimeoutError):  # it went away meanwhile
            return None

    async def load_anew(self):
        await self.evaluate("window.old = true; setTimeout(() => location.reload(), 0)")


class Browser(unittest.TestCase):
    def served(self, board, tls=False):
        """A board with its server; its URL outside."""
        inside = OUTSIDE if board == "host" else 80
        return firmware(board, "server", [f"port={inside}"], tls, forward=(OUTSIDE, inside))

    def loads(self, board, tls=False):
        """The page is loaded again and again; each time it talks to the board at once."""
        with self.served(board, tls) as one, tempfile.TemporaryDirectory() as folder:
            self.assertTrue(one.process.wait_for("server on"), log(one))
            url = f"http{'s' if tls else ''}://127.0.0.1:{OUTSIDE}/"
            browser = subprocess.Popen(["/usr/bin/chromium", *FLAGS, "--ignore-certificate-errors", f"--user-data-dir={folder}", url],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                asyncio.run(asyncio.wait_for(self.converse(debugger_of(folder, url), board), 120))
            except BaseException as error:
                raise AssertionError(f"{board}: {log(one)}") from error
            finally:
                stop(browser)
                shutil.rmtree(folder, ignore_errors=True)
                Path(folder).mkdir(exist_ok=True)
            self.assertGreaterEqual(sum(line == "open" for line in one.text), LOADS, log(one))

    async def converse(self, debugger, board):
        async with websockets.connect(debugger, max_size=None) as connection:
            page = Tab(connection)
            for count in range(LOADS):
                start = time.monotonic()
                loaded = f"!window.old && {STATE} === 'open'"
                if count == 0:
                    await page.until(loaded)  # the browser itself has to start
                self.assertTrue(await page.until(loaded), f"load {count}: {await page.evaluate(STATE)}")
                if count > 0:
                    self.assertLess(time.monotonic() - start, SOON, f"load {count} took long on {board}")
                await page.evaluate("document.getElementById('text').value = 'Hello'; document.querySelector('button').click()")
                self.assertTrue(await page.until(f"{LOG}.includes('< Hello')"), await page.evaluate(LOG))
                await page.load_anew()

    def test_loads_again_and_again(self):
        for board in ("lm3s6965evb", "mps2-an385", "microbit", "host"):
            with self.subTest(board):
                self.loads(board)

    def test_loads_again_and_again_over_tls(self):
        for board in ("lm3s6965evb", "mps2-an385", "host"):
            with self.subTest(board):
                self.loads(board, tls=True)

    def test_a_page_beside_a_connection_that_says_nothing(self):
        """A browser opens connections in advance."""
        for board in ("lm3s6965evb", "microbit", "host"):
            with self.subTest(board), self.served(board) as one:
                self.assertTrue(one.process.wait_for("server on"), log(one))
                link = opened()
                with socket.create_connection(("127.0.0.1", OUTSIDE)):
                    time.sleep(0.2)
                    self.assertLess(seconds_for_page(), SOON, board)
                link.send(frame(1, b"still here", mask=b"abcd"))
                self.assertEqual(link.read_frame(), (0x81, False, b"still here"))
                link.socket.close()

    def test_the_oldest_websocket_gives_way(self):
        """Those of pages whose browser is gone without a word would keep others out for a minute."""
        for board, room in (("lm3s6965evb", 2), ("microbit", 1), ("host", 2)):
            with self.subTest(board), self.served(board) as one:
                self.assertTrue(one.process.wait_for("server on"), log(one))
                links = [opened() for _ in range(room + 1)]
                self.assertEqual(links[0].read_frame()[2], (1001).to_bytes(2, "big") + b"a newer page")  # and is not answered
                self.assertLess(seconds_for_page(), SOON, board)
                for link in links[1:]:
                    link.send(frame(1, b"here", mask=b"abcd"))
                    self.assertEqual(link.read_frame(), (0x81, False, b"here"))
                for link in links:
                    link.socket.close()


def opened():
    link = connect(OUTSIDE)
    assert "101" in link.open().split("\r\n")[0]
    return link


def seconds_for_page():
    start = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{OUTSIDE}/", timeout=30) as answer:
        assert b"</script>" in answer.read()
    return time.monotonic() - start


def debugger_of(folder, url):
    """Where the browser's page is driven from."""
    file = Path(folder) / "DevToolsActivePort"
    assert wait_for(lambda: file.exists() and file.read_text(), 30), "no browser"
    port = file.read_text().split("\n")[0]

    def pages():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
            return [page for page in json.load(answer) if page["url"] == url]

    assert wait_for(pages, 20), "the page did not open"
    return pages()[0]["webSocketDebuggerUrl"]


if __name__ == "__main__":
    unittest.main()
