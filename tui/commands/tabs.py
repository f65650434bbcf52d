"""The screen in a browser: a textual-serve that lets in who has its token, and ends its processes.

It shows no page of anybody else's and asks nothing of anybody else: no font, no script.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from hmac import compare_digest
from importlib.resources import files
from ipaddress import ip_address
from types import TracebackType
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpProcessingError
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

PATIENCE_SECONDS = 5.0
"""How long the process of a tab that was closed may keep what is typed, and end."""

LARGEST_PASTE = 64 * 1024 * 1024

_TERMINALS = ("KITTY_", "ITERM_", "KONSOLE_", "SSH_", "STY", "TMUX", "VTE_", "WEZTERM_", "WT_")
"""How the variables begin by which one knows the terminal, which is not the browser's."""

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self' ws://{host} wss://{host}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_REFUSED = "Open the URL that asyncinvoke printed: it holds the token.\n"

_ELSEWHERE = "This is reached by its own address, and by no page of another.\n"

_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?", re.ASCII)


def _is_told(record: logging.LogRecord) -> bool:
    """Whether it is our own failure, and not what a stranger sent that is no HTTP."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Tab(AppService):
    """The process of one tab."""

    def __init__(self, command: Sequence[str], socket: web.WebSocketResponse, tabs: Tabs) -> None:
        super().__init__(
            tabs.title,  # in place of its command, which a shell would run: see _open_app_process
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._close,
            download_manager=tabs.download_manager,
        )
        self._arguments = command
        self._socket = socket

    async def _close(self) -> None:
        await self._socket.close()

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        held = super()._build_environment(width, height)
        own = {name: value for name, value in held.items() if not name.startswith(_TERMINALS)}
        return own | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # In a session of its own, Ctrl+C means the server, which then tells the tabs.
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._stdin = self._process.stdin
        return self._process

    async def stop(self) -> None:
        """Tell the process to keep what is typed and end; end it, where it does not."""
        try:
            await asyncio.wait_for(super().stop(), PATIENCE_SECONDS)
        except asyncio.TimeoutError:
            self._task = None
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Tabs(Server):
    """The server. ``async with`` listens, and at its end ends every tab.

    Attributes:
        token: Who has it is let in.
    """

    def __init__(self, command: Sequence[str], host: str, port: int) -> None:
        super().__init__("asyncinvoke", host=host, port=port, title="asyncinvoke")
        self.token = secrets.token_urlsafe(32)
        self._arguments = list(command)
        self._open: set[asyncio.Task[object]] = set()
        self._ending: set[asyncio.Task[object]] = set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Tabs:
        """Listen.

        Raises:
            OSError: The address cannot be had.
        """
        logging.getLogger("aiohttp.server").addFilter(_is_told)
        app = await self._make_app()
        app.middlewares.append(self._guard)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=PATIENCE_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._open:
            task.cancel()
        if tabs := self._open | self._ending:
            await asyncio.wait(tabs, timeout=2 * PATIENCE_SECONDS)
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where a browser is sent to, with the token."""
        host = self.host
        with contextlib.suppress(ValueError):
            if ip_address(host).is_unspecified:
                host = "127.0.0.1"
            elif ip_address(host).version == 6:
                host = f"[{host}]"
        return f"http://{host}:{self.port}/?token={self.token}"

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command has told the URL."""

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in who has the token; by the URL once, then by a cookie."""
        if not self._is_own(request):
            return self._answer(_ELSEWHERE)
        if request.path == "/" and self._fits(request.query.get("token", "")):
            home = web.HTTPFound("/")  # which keeps the token out of the history
            home.headers.update(_HEADERS)
            home.set_cookie(self._cookie, self.token, httponly=True, samesite="Lax", path="/")
            raise home
        if not self._fits(request.cookies.get(self._cookie, "")):
            return self._answer(_REFUSED)
        return await handler(request)

    @property
    def _cookie(self) -> str:
        return f"asyncinvoke-{self.port}"  # a browser sends a cookie to all ports of a host

    def _fits(self, token: str) -> bool:
        return compare_digest(token.encode(), self.token.encode())

    def _is_own(self, request: web.Request) -> bool:
        """Whether the browser means us, and no name that somebody let point here."""
        if not _HOST.fullmatch(request.host):
            return False
        try:
            name = urlsplit(f"//{request.host}").hostname or ""
            origin = request.headers.get("Origin")
            if origin is not None and urlsplit(origin).netloc != request.host:
                return False
        except ValueError:
            return False
        if name in ("localhost", self.host):
            return True
        with contextlib.suppress(ValueError):
            return bool(ip_address(name))
        return False

    @staticmethod
    def _answer(text: str) -> web.Response:
        return web.Response(status=403, text=text, headers=_HEADERS)

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page with the terminal."""
        scheme = "wss" if request.headers.get("X-Forwarded-Proto") == "https" else "ws"
        page = files("tui.commands").joinpath("tab.html").read_text(encoding="utf-8")
        size = to_int(request.query.get("fontsize", "16"), 16)
        nonce = secrets.token_urlsafe()
        values = {"WEBSOCKET": f"{scheme}://{request.host}/ws", "SIZE": size, "NONCE": nonce}
        for name, value in values.items():
            page = page.replace(name, str(value))
        policy = _POLICY.format(nonce=nonce, host=request.host)
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the program for a tab until the tab is closed, or the program has ended."""
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=LARGEST_PASTE)
        await socket.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        tab = Tab(self._arguments, socket, self)
        width, height = (request.query.get(name, "") for name in ("width", "height"))
        try:
            await tab.start(to_int(width, 80), to_int(height, 24))
            await self._process_messages(socket, tab)
        except asyncio.CancelledError:
            pass  # the server ends
        finally:
            self._open.discard(task)
            self._ending.add(task)  # and is let do so
            await tab.stop()
            await socket.close()
            self._ending.discard(task)
        return socket
