"""A real browser without a window: it opens a URL, is looked at, and gets keys."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

PATIENCE = 60.0
"""Seconds that a wait may take on a busy machine."""

_WATCH = """
Object.defineProperty(Object.prototype, "bufferedBytes", {
  configurable: true,
  set(value) {
    window.shown = this.terminal;
    const own = {value, writable: true, configurable: true, enumerable: true};
    Object.defineProperty(this, "bufferedBytes", own);
  },
});
"""
"""Has the page's terminal within reach: its text is painted on a canvas, and stands nowhere."""

_TEXT = """
window.shown ? [...Array(shown.rows).keys()].map(
  (row) => shown.buffer.active.getLine(row)?.translateToString(true) ?? ""
).join("\\n") : document.body?.innerText ?? ""
"""


class Chromium:
    """Owns the browser and its one tab; ``async with`` ends both.

    Attributes:
        requested: The URLs that the page has asked for.
        complaints: What its scripts and its security policy had to say.
    """

    def __init__(self, folder: Path, size: tuple[int, int] = (1000, 600)) -> None:
        self._folder = folder
        self._size = size
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self._count = 0
        self._answers: dict[int, asyncio.Future[Mapping[str, Any]]] = {}

    async def __aenter__(self) -> Chromium:
        width, height = self._size
        self._process = await asyncio.create_subprocess_exec(
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._folder}",
            f"--window-size={width},{height}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._session = aiohttp.ClientSession()
        try:
            await asyncio.wait_for(self._begin(), PATIENCE)
        except BaseException:
            with suppress(ProcessLookupError):  # it may have ended by itself
                self._process.kill()
            await self._process.wait()
            await self._session.close()
            raise
        return self

    async def _begin(self) -> None:
        """Find the browser's first page, and have it watched."""
        assert self._process.stderr is not None
        port = ""
        while line := (await self._process.stderr.readline()).decode():
            if "DevTools listening on " in line:
                port = line.rpartition(":")[2].partition("/")[0]
                break
        self._draining = asyncio.create_task(self._process.stderr.read())
        pages: list[Mapping[str, str]] = []
        while not pages:  # it may listen before it has opened one
            async with self._session.get(f"http://127.0.0.1:{port}/json") as response:
                pages = [each for each in await response.json() if each["type"] == "page"]
        url = pages[0]["webSocketDebuggerUrl"]
        self._socket = await self._session.ws_connect(url, max_msg_size=0)
        self._listening = asyncio.create_task(self._listen())
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self._do(f"{domain}.enable")
        await self._do("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)

    async def __aexit__(self, *_: object) -> None:
        self._process.kill()
        await self._process.wait()
        await self._listening
        await self._draining
        await self._socket.close()
        await self._session.close()

    async def open(self, url: str) -> None:
        """Go to a URL."""
        await self._do("Page.navigate", url=url)

    async def press(self, key: str) -> None:
        """Type a letter, or a key by the browser's name of it."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Escape": 27, "F5": 116}.get(key, ord(key[0].upper()))
        event = {"key": key, "text": text, "windowsVirtualKeyCode": code}
        await self._do("Input.dispatchKeyEvent", type="keyDown", **event)
        await self._do("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def wait_for(self, *texts: str) -> str:
        """Look until all the texts stand on the page together; returns all that does.

        Raises:
            AssertionError: They never did.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            found = str(await self.evaluate(_TEXT))
            if all(text in found for text in texts):
                return found
            if asyncio.get_running_loop().time() >= deadline:
                raise AssertionError(f"{texts}: not there:\n{found}\n{self.complaints}")
            await asyncio.sleep(0.1)

    async def evaluate(self, expression: str) -> object:
        """What an expression of JavaScript comes to on the page."""
        told = await self._do("Runtime.evaluate", expression=expression, returnByValue=True)
        result: Mapping[str, object] = told["result"]
        return result.get("value")

    async def picture(self, path: Path) -> None:
        """Save what is seen, as PNG."""
        told = await self._do("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(told["data"]))

    async def _do(self, method: str, **params: object) -> Mapping[str, Any]:
        self._count += 1
        number = self._count
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(answer, PATIENCE)

    async def _listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            params = told.get("params", {})
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told.get("result", told))
            elif told["method"] == "Network.requestWillBeSent":
                self.requested.append(params["request"]["url"])
            elif told["method"] == "Log.entryAdded":
                self.complaints.append(params["entry"]["text"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
