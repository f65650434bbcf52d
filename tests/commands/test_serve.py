"""The server of ``--serve``, asked as a browser asks it and as others do."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from tests.commands.conftest import ROOT, Finished, Invoke, Spawn, finish
from tui.commands import serve
from tui.commands.tabs import Tabs

SCREEN = """
import json, os, sys
print("__GANGLION__", flush=True)
def write(kind, payload):
    sys.stdout.buffer.write(kind + len(payload).to_bytes(4, "big") + payload)
    sys.stdout.buffer.flush()
names = ("COLUMNS", "ROWS", "TERM", "TMUX", "TEXTUAL_DRIVER")
write(b"D", json.dumps({name: os.environ.get(name) for name in names}).encode())
while kind := sys.stdin.buffer.read(1):
    payload = sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), "big"))
    if kind == b"M" and json.loads(payload)["type"] == "quit":
        open(sys.argv[1], "w").write("told to quit")
        break
    write(b"D", payload)
"""
"""A program that says where it is, and then what it is told."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks the server; not yet let in."""

    tabs: Tabs
    session: aiohttp.ClientSession

    @property
    def home(self) -> URL:
        return URL(self.tabs.url).with_query(None)

    async def status(self, path: str = "/", **headers: str) -> int:
        async with self.session.get(self.home.join(URL(path)), headers=headers) as answer:
            return answer.status

    async def enter(self) -> None:
        async with self.session.get(self.tabs.url) as answer:
            assert answer.status == 200


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    command = [sys.executable, "-c", SCREEN, str(tmp_path / "end")]
    # The jar of cookies takes none from an address otherwise.
    jar = aiohttp.CookieJar(unsafe=True)
    async with Tabs(command, "127.0.0.1", 0) as tabs, aiohttp.ClientSession(cookie_jar=jar) as s:
        yield Visitor(tabs, s)


PATHS = ["/", "/ws", "/static/js/textual.js", "/download/x", "/nowhere"]


@pytest.mark.parametrize("path", [*PATHS, "/?token=", "/?token=guess", "/static/?token={}"])
async def test_who_has_no_token_is_refused(visitor: Visitor, path: str) -> None:
    assert await visitor.status(path.format(visitor.tabs.token)) == 403


async def test_what_is_no_http_is_refused_without_a_traceback(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.tabs.port)
    writer.write(b"GET / HTTP/1.1\r\nno header\r\n\r\n")

    answer = await reader.read()

    writer.close()
    assert b" 400 " in answer
    assert [record for record in caplog.records if record.name == "aiohttp.server"] == []


async def test_a_cookie_that_is_wrong_is_refused(visitor: Visitor) -> None:
    name = f"asyncinvoke-{visitor.tabs.port}"
    assert await visitor.status(Cookie=f"{name}=guess") == 403
    assert await visitor.status(Cookie=f"{name}=") == 403
    assert await visitor.status(Cookie=f"other={visitor.tabs.token}") == 403
    assert await visitor.status(Cookie=f"{name}={visitor.tabs.token}") == 200


async def test_the_url_is_good_for_a_cookie_and_leaves_the_token_behind(visitor: Visitor) -> None:
    async with visitor.session.get(visitor.tabs.url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    async with visitor.session.get(visitor.home) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert f"ws://127.0.0.1:{visitor.tabs.port}/ws" in page
    assert visitor.tabs.token not in page
    assert "https://" not in page
    assert "default-src 'none'" in policy
    assert await visitor.status("/static/js/textual.js") == 200


async def test_two_servers_have_two_tokens(visitor: Visitor) -> None:
    async with Tabs(["true"], "127.0.0.1", 0) as other:
        assert other.token != visitor.tabs.token
        assert len(other.token) >= 43


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:x", "a@127.0.0.1", "[::1"]
)
async def test_a_name_that_somebody_let_point_here_is_refused(visitor: Visitor, host: str) -> None:
    await visitor.enter()

    assert await visitor.status(Host=host) == 403
    assert await visitor.status("/?token=" + visitor.tabs.token, Host=host) == 403


async def test_a_tunnel_may_have_another_port(visitor: Visitor) -> None:
    await visitor.enter()

    assert await visitor.status(Host="localhost:9000", Cookie=_cookie(visitor)) == 200


def _cookie(visitor: Visitor) -> str:
    return f"asyncinvoke-{visitor.tabs.port}={visitor.tabs.token}"


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
async def test_a_page_from_elsewhere_gets_no_line(visitor: Visitor, origin: str) -> None:
    await visitor.enter()

    with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
        await visitor.session.ws_connect(visitor.home / "ws", origin=origin)

    assert raised.value.status == 403


async def test_a_tab_is_a_process_that_is_told_of_its_end(
    visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    await visitor.enter()

    url = (visitor.home / "ws").with_query(width=101, height=33)
    async with visitor.session.ws_connect(url, origin=str(visitor.home.origin())) as line:
        where = json.loads(await line.receive_bytes(timeout=30))
        await line.send_json(["stdin", "n\N{WATER WAVE}"])
        assert await line.receive_bytes(timeout=30) == "n\N{WATER WAVE}".encode()
    while not (tmp_path / "end").exists():
        await asyncio.sleep(0.01)

    assert (where["COLUMNS"], where["ROWS"]) == ("101", "33")
    assert (where["TERM"], where["TMUX"]) == ("xterm-256color", None)
    assert where["TEXTUAL_DRIVER"] == "textual.drivers.web_driver:WebDriver"


async def test_a_tab_that_says_no_size_has_the_usual_one(visitor: Visitor) -> None:
    await visitor.enter()

    async with visitor.session.ws_connect(visitor.home / "ws") as line:
        where = json.loads(await line.receive_bytes(timeout=30))

    assert (where["COLUMNS"], where["ROWS"]) == ("80", "24")


@pytest.mark.parametrize(("first", "is_ours"), [(None, True), ("", False)])
def test_no_folder_that_it_is_begun_in_stands_in_for_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str | None, is_ours: bool
) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").touch()
    (tmp_path / "tui" / "__main__.py").write_text("print('another')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    rest = [each for each in sys.path if each not in ("", str(tmp_path))]
    monkeypatch.setattr(sys, "path", rest if first is None else [first, *rest])

    told = subprocess.check_output([sys.executable, *serve._program(), "--version"], text=True)

    assert told.startswith("asyncinvoke " if is_ours else "another")


async def test_the_server_s_end_is_every_tab_s(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCREEN, str(tmp_path / "end")]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with Tabs(command, "127.0.0.1", 0) as tabs:
            visitor = Visitor(tabs, session)
            await visitor.enter()
            line = await session.ws_connect(visitor.home / "ws")
            await line.receive_bytes(timeout=30)
            told = asyncio.create_task(line.receive())  # as a browser, it answers to the close

        assert (tmp_path / "end").read_text() == "told to quit"
        assert (await told).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("is_closed", [False, True], ids=["open tab", "closed tab"])
async def test_a_process_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_closed: bool
) -> None:
    monkeypatch.setattr("tui.commands.tabs.PATIENCE_SECONDS", 0.2)
    deaf = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()));"
    deaf += "print('__GANGLION__', flush=True); os.write(1, b'D\\0\\0\\0\\1x');"
    deaf += f"os.read(0, 1); open({str(tmp_path / 'told')!r}, 'w'); time.sleep(600)"
    async with aiohttp.ClientSession() as session:
        async with Tabs([sys.executable, "-c", deaf], "127.0.0.1", 0) as tabs:
            visitor = Visitor(tabs, session)
            headers = {"Cookie": _cookie(visitor)}
            line = await session.ws_connect(visitor.home / "ws", headers=headers)
            assert await line.receive_bytes(timeout=30) == b"x"
            if is_closed:
                await line.close()
                while not (tmp_path / "told").exists():
                    await asyncio.sleep(0)
        await line.close()

        process = int((tmp_path / "pid").read_text())

        async def look() -> None:
            while True:
                os.kill(process, 0)
                await asyncio.sleep(0)

        with pytest.raises(ProcessLookupError):  # as soon as it is noticed that it was killed
            await asyncio.wait_for(look(), 60)


def test_ctrl_c_ends_it_in_order(spawn: Spawn) -> None:
    process = spawn("--serve", "--sandbox", "--seed-jobs=0")
    assert process.stderr is not None
    said = [process.stderr.readline() for _ in range(2)]

    process.send_signal(signal.SIGINT)
    done = finish(process)

    assert said[1].startswith("http://127.0.0.1:")
    assert "?token=" in said[1]
    assert (done.code, done.out) == (0, "")


def test_an_address_that_is_taken_is_usage(spawn: Spawn, here: Invoke) -> None:
    process = spawn("--serve")
    assert process.stderr is not None
    process.stderr.readline()
    port = URL(process.stderr.readline().strip()).port

    done = finish(spawn("--serve", f"--port={port}"))

    assert done.code == 2
    assert f"127.0.0.1, port {port}: " in done.err


def test_an_address_that_others_reach_is_warned_of(spawn: Spawn) -> None:
    process = spawn("--serve", "--host=0.0.0.0")
    assert process.stderr is not None
    said = [process.stderr.readline() for _ in range(3)]

    process.send_signal(signal.SIGTERM)

    assert finish(process).code == 0
    assert said[1].startswith("http://127.0.0.1:")
    assert "not encrypted" in said[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--serve", "list"), "--serve shows the screen: list does without it"),
        (("--port=80",), "--port is for --serve"),
        (("--port=1", "list"), "--port is for --serve and the command sandbox"),
        (("--host=::1",), "--host is for --serve"),
        (("--serve", "--port=99999"), "99999 is not a port"),
    ],
)
def test_what_does_not_go_together_is_usage(
    here: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    done: Finished = here(*arguments)

    assert done.code == 2
    assert words in done.err
